using System.Net;
using System.Text;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Jobs;

/// <summary>What the Trainer says of a run.</summary>
public static class JobLog
{
    /// <summary>Among the run's artifacts.</summary>
    public const string Path = "logs/training.log";

    private const int Lines = 40;
    private const int Largest = 8 << 20;

    /// <summary>The last lines; null as long as there are none.</summary>
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
