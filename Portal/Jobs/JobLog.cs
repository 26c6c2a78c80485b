using System.Net;
using System.Text;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Jobs;

/// <summary>The log that the Trainer uploads with a run.</summary>
public static class JobLog
{
    /// <summary>Artifact path.</summary>
    public const string Path = "logs/training.log";

    private const int Lines = 40;
    private const int Largest = 8 << 20;

    /// <summary>The last 40 lines; null if there is no log yet.</summary>
    public static async Task<string?> TailAsync(RegistryClient registry, string runId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        try
        {
            var text = Encoding.UTF8.GetString(await registry.Artifacts.ReadBytesAsync(ArtifactUri.OfRun(runId, Path), Largest, cancellationToken));
            return string.Join('\n', text.TrimEnd('\n').Split('\n').TakeLast(Lines));
        }
        catch (RegistryException error) when (error.Status is HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
