using System.Diagnostics;

namespace Linnaeus.Registry.Client.Work;

/// <summary>
/// While open, requests carry an unsampled trace context, so that neither this process nor the Registry records spans. For polling
/// and heartbeats, which would flood the traces.
/// </summary>
public sealed class QuietRequests : IDisposable
{
    private readonly Activity? before = Activity.Current;
    private readonly Activity unsampled;

    public QuietRequests()
    {
        Activity.Current = null;
        unsampled = new Activity("quiet").Start();
        unsampled.ActivityTraceFlags = ActivityTraceFlags.None;
    }

    public void Dispose()
    {
        unsampled.Dispose();
        Activity.Current = before;
    }
}
