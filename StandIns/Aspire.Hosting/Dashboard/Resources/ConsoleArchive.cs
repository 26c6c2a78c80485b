using System.Collections.Concurrent;

namespace Aspire.Hosting.Dashboard;

/// <summary>A console line with the time it reached the dashboard, milliseconds since 1970.</summary>
internal sealed record ConsoleLine(int Number, long Time, string Text, bool Error);

/// <summary>The newest console lines of every resource. Thread-safe.</summary>
internal sealed class ConsoleArchive(int linesPerResource = 5_000, long bytesPerResource = 8L << 20)
{
    private const int MaxLine = 16 * 1024;
    private readonly ConcurrentDictionary<string, Ring<ConsoleLine>> _consoles = new(StringComparer.OrdinalIgnoreCase);

    public void Add(string resourceId, int number, string text, bool error, DateTimeOffset time)
    {
        var ring = RingOf(resourceId);
        lock (ring)
            ring.Add(new(number, time.ToUnixTimeMilliseconds(), text.Length > MaxLine ? text[..MaxLine] + "…" : text, error));
    }

    /// <summary>
    /// The newest <paramref name="limit"/> lines after line number <paramref name="after"/>, oldest first, and how many older
    /// ones are gone.
    /// </summary>
    public (ConsoleLine[] Lines, long Dropped) Read(string resourceId, int after, int limit)
    {
        if (!_consoles.TryGetValue(resourceId, out var ring))
            return ([], 0);
        lock (ring)
            return ([.. ring.Items.Where(line => line.Number > after).TakeLast(limit)], ring.Dropped);
    }

    private Ring<ConsoleLine> RingOf(string resourceId) =>
        _consoles.GetOrAdd(resourceId, _ => new(linesPerResource, bytesPerResource, line => 80 + (2 * line.Text.Length)));
}
