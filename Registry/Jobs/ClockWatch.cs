namespace Linnaeus.Registry.Jobs;

/// <summary>
/// Detects changes of the system clock and sleep of the machine. Lease times are wall-clock times, since they must survive a restart; after
/// a jump they do not show how long a worker has been silent.
/// </summary>
public sealed class ClockWatch(TimeProvider time)
{
    /// <summary>Clock corrections up to this are ignored.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Reading _start = Read(time);

    /// <summary>Change of the clock since <see cref="Settle"/>: positive when set forward; zero within the tolerance.</summary>
    public TimeSpan Jump
    {
        get
        {
            Reading start;
            lock (_lock)
                start = _start;
            var jump = time.GetUtcNow() - start.Clock - time.GetElapsedTime(start.Timestamp);
            return jump.Duration() > Tolerance ? jump : TimeSpan.Zero;
        }
    }

    /// <summary>Accepts the current clock. Call it after leases were adjusted: until then every caller sees the jump.</summary>
    public void Settle()
    {
        lock (_lock)
            _start = Read(time);
    }

    private static Reading Read(TimeProvider time) => new(time.GetUtcNow(), time.GetTimestamp());

    private readonly record struct Reading(DateTimeOffset Clock, long Timestamp);
}
