namespace Linnaeus.AppHost;

/// <summary>
/// Azure Blob Storage: Azurite on this machine, without a container runtime; when published, the account in the connection string.
/// </summary>
internal static class Azurite
{
    // Azurite's well-known account. Its key is public, and Azurite listens on loopback only.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>Runs the Azurite installed by the build; blobs are stored in <paramref name="folder"/>.</summary>
    public static IResourceBuilder<ExecutableResource> AddAzurite(this IDistributedApplicationBuilder builder, string name, string folder)
    {
        var azurite = builder.AddExecutable(name, "node", "azurite", "node_modules/azurite/dist/src/blob/main.js")
            .WithHttpEndpoint(name: "blob")
            .WithIconName("Storage")
            .WithUrlForEndpoint("blob", url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
            // Azurite answers 400 to a request without an account, which shows that it runs.
            .WithHttpHealthCheck("/", statusCode: 400, endpointName: "blob")
            .KeepRunning()
            .ExcludeFromManifest();
        var port = azurite.GetEndpoint("blob").Property(EndpointProperty.TargetPort);
        return azurite.WithArgs(
            "--blobHost", "127.0.0.1", "--blobPort", port, "--location", folder, "--skipApiVersionCheck", "--silent", "--disableTelemetry");
    }

    /// <summary>The connection string of the blobs; a parameter when published.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddBlobs(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ExecutableResource> azurite)
    {
        if (builder.ExecutionContext.IsPublishMode)
            return builder.AddConnectionString(name);
        var port = azurite.GetEndpoint("blob").Property(EndpointProperty.Port);
        return builder.AddConnectionString(name, ReferenceExpression.Create(
            $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{port}/{Account};"));
    }
}
