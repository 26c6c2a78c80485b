using Azure.Core;
using Azure.Storage.Blobs;

namespace Linnaeus.Registry.Artifacts;

/// <summary>Connects to the blob store that connection string <c>blobs</c> names.</summary>
internal static class BlobStoreSetup
{
    private const string DefaultContainer = "linnaeus";

    public static IServiceCollection AddArtifacts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(Connect(configuration));
        return services.AddSingleton<BlobStore>()
            .AddScoped<UnboundBlobs>().AddScoped<RegisteredFiles>().AddScoped<ArtifactStore>().AddScoped<MultipartUploads>();
    }

    private static BlobContainerClient Connect(IConfiguration configuration)
    {
        var connection = configuration.GetConnectionString("blobs")?.Trim();
        if (string.IsNullOrEmpty(connection))
            throw new InvalidOperationException("The Registry needs connection string 'blobs': an Azure Storage or Azurite connection string, for example by environment variable ConnectionStrings__blobs. AppHost sets it.");
        var container = configuration["Registry:Container"] ?? DefaultContainer;
        var options = new BlobClientOptions
        {
            Retry = { Mode = RetryMode.Exponential, MaxRetries = 2, Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(2), NetworkTimeout = TimeSpan.FromSeconds(20) },
        };
        if (!Uri.TryCreate(connection, UriKind.Absolute, out var endpoint) || !endpoint.Scheme.StartsWith("http", StringComparison.Ordinal))
            return new BlobContainerClient(connection, container, options);
        if (endpoint.Query.Contains("sig=", StringComparison.Ordinal)) return new BlobServiceClient(endpoint, options)
            .GetBlobContainerClient(container);
        throw new InvalidOperationException(
            $"Connection string 'blobs' is the bare address {endpoint.GetLeftPart(UriPartial.Path)}, which needs a managed identity; this build has no library for one. Use a connection string with an account key, or an address with a shared access signature.");
    }
}
