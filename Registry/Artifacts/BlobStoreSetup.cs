using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace Linnaeus.Registry.Artifacts;

/// <summary>Connects to the blob store that connection string <c>blobs</c> names: a connection string with a key, an address with a shared
/// access signature, or an account's bare address, for which the identity of the pod, machine or user is shown.</summary>
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
        if (endpoint.Scheme != Uri.UriSchemeHttps)
            throw new InvalidOperationException(
                $"Connection string 'blobs' is the address {endpoint.GetLeftPart(UriPartial.Path)} without a key: the identity of this machine may only be shown over https. Use an https address, or a connection string with an account key.");
        return new BlobServiceClient(endpoint, new DefaultAzureCredential(), options).GetBlobContainerClient(container);
    }
}
