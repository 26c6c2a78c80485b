namespace Linnaeus.Registry.Jobs;

/// <summary>
/// Notices when the machine's clock is put forward or back, or the machine sleeps: then times of leases, which must survive a restart and are therefore
/// wall-clock times, say nothing of how long their workers have been silent.
/// </summary>
public sealed class ClockWatch(TimeProvider time)
{
    /// <summary>What the clock may be corrected by without a word.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Reading _start = Read(time);

    /// <summary>By how much the clock has been put since it was last settled: positive when put forward; zero within the tolerance.</summary>
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

    /// <summary>Takes the clock as it now is. To be called when what the jump means for leases is written: until then everybody sees the jump.</summary>
    public void Settle()
    {
        lock (_lock)
            _start = Read(time);
    }

    private static Reading Read(TimeProvider time) => new(time.GetUtcNow(), time.GetTimestamp());

    private readonly record struct Reading(DateTimeOffset Clock, long Timestamp);
}
