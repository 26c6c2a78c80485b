using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>
/// The Registry over HTTP, one property per resource. Every call throws a <see cref="RegistryException"/> when the request fails or the
/// Registry is unavailable, and is thread-safe.
/// </summary>
public sealed class RegistryClient
{
    /// <param name="http">A client whose <see cref="HttpClient.BaseAddress"/> is the Registry.</param>
    public RegistryClient(HttpClient http)
    {
        var transport = new RegistryTransport(http);
        Jobs = new JobsClient(transport);
        Experiments = new ExperimentsClient(transport);
        Runs = new RunsClient(transport);
        Models = new ModelsClient(transport);
        ModelVersions = new ModelVersionsClient(transport);
        Aliases = new AliasesClient(transport);
        Artifacts = new ArtifactsClient(transport, Runs, ModelVersions);
        Comparison = new ComparisonClient(transport);
        Explanations = new ExplanationsClient(transport);
        Garbage = new GarbageClient(transport);
        Tokens = new TokensClient(transport);
    }

    public JobsClient Jobs { get; }

    public ExperimentsClient Experiments { get; }

    public RunsClient Runs { get; }

    public ArtifactsClient Artifacts { get; }

    public ModelsClient Models { get; }

    public ModelVersionsClient ModelVersions { get; }

    public AliasesClient Aliases { get; }

    public ComparisonClient Comparison { get; }

    public ExplanationsClient Explanations { get; }

    public GarbageClient Garbage { get; }

    public TokensClient Tokens { get; }
}
