namespace Linnaeus.ServiceDefaults.Resilience;

/// <summary>Retries of outgoing HTTP requests; configuration section <c>HttpResilience</c>.</summary>
public sealed class HttpResilienceOptions
{
    /// <summary>Attempts after the first one.</summary>
    public int Retries { get; set; } = 5;

    /// <summary>Delay before the first retry; it doubles each time, with jitter.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Maximum delay between two attempts, including a server's <c>Retry-After</c>.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Timeout of one attempt, up to the response headers.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>Timeout for a request that uploads a stream or more than 1 MiB, or waits for a long computation.</summary>
    public TimeSpan LongTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long calls to a failing host are paused.</summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(5);
}
