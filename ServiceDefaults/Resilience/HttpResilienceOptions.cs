namespace Linnaeus.ServiceDefaults.Resilience;

/// <summary>How outgoing HTTP requests are retried; configuration section <c>HttpResilience</c>.</summary>
public sealed class HttpResilienceOptions
{
    /// <summary>Attempts after the first one.</summary>
    public int Retries { get; set; } = 5;

    /// <summary>Wait before the first retry; it doubles each time, with jitter.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait between two attempts, a server's <c>Retry-After</c> included.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Time for one attempt, up to the response's headers.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>The same for a request that uploads a stream or more than 1 MiB, or asks for a computation of minutes.</summary>
    public TimeSpan LongTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Pause of all calls to a host where nearly every call fails.</summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(5);
}
