using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace Linnaeus.Registry.Artifacts;

/// <summary>Connects to the blob store of the connection string <c>blobs</c>: a connection string with a key, a URL with a shared
/// access signature, or an account's plain URL, with the identity of the pod, machine or user.</summary>
internal static class BlobStoreSetup
{
    private const string DefaultContainer = "linnaeus";

    public static IServiceCollection AddArtifacts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(Connect(configuration));
        return services.AddSingleton<BlobStore>().AddScoped<UnboundBlobs>().AddScoped<ArtifactFiles>();
    }

    private static BlobContainerClient Connect(IConfiguration configuration)
    {
        var connection = configuration.GetConnectionString("blobs")?.Trim();
        if (string.IsNullOrEmpty(connection))
            throw new InvalidOperationException("The connection string 'blobs' is missing. Set ConnectionStrings__blobs to an Azure Storage or Azurite connection string; AppHost does this.");
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
        if (endpoint.Scheme != Uri.UriSchemeHttps)
            throw new InvalidOperationException(
                $"The connection string 'blobs' is the URL {endpoint.GetLeftPart(UriPartial.Path)} without a key, but machine identities require https. Use an https URL, or a connection string with an account key.");
        return new BlobServiceClient(endpoint, new DefaultAzureCredential(), options).GetBlobContainerClient(container);
    }
}
