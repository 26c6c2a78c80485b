using System.Diagnostics.Metrics;
using Linnaeus.Registry.Data;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Jobs;

/// <summary>
/// Queue metrics on the meter <c>Linnaeus.Registry</c>: <c>linnaeus.queue.depth</c>, <c>linnaeus.queue.oldest_age</c> and
/// <c>linnaeus.queue.lease_age</c> per kind (as of the last database query), and <c>linnaeus.jobs.leased</c> and
/// <c>linnaeus.jobs.ended</c>.
/// </summary>
public sealed class QueueMetrics : IDisposable
{
    private readonly Meter _meter = new("Linnaeus.Registry");
    private readonly Counter<long> _leased;
    private readonly Counter<long> _ended;
    private volatile IReadOnlyList<QueueSnapshot> _snapshots = [];

    public QueueMetrics()
    {
        _leased = _meter.CreateCounter<long>("linnaeus.jobs.leased", "{job}", "Leases given to workers.");
        _ended = _meter.CreateCounter<long>("linnaeus.jobs.ended", "{job}", "Jobs that ended, by status.");
        _meter.CreateObservableGauge("linnaeus.queue.depth", () => Each(s => s.Waiting), "{job}", "Queued jobs.");
        _meter.CreateObservableGauge("linnaeus.queue.oldest_age", () => Each(s => s.OldestAge), "s", "Age of the oldest queued job.");
        _meter.CreateObservableGauge("linnaeus.queue.lease_age", () => Each(s => s.LeaseAge), "s", "Age of the oldest lease.");
    }

    public void Leased(QueuedJob job) => _leased.Add(1, Kind(job.Kind));

    public void Ended(QueuedJob job) => _ended.Add(1, Kind(job.Kind), new("linnaeus.job.status", job.Status));

    /// <summary>Refreshes the queue counts.</summary>
    public async Task LookAsync(RegistryDb db, long now, CancellationToken cancellationToken)
    {
        var groups = await db.Set<QueuedJob>()
            .Where(j => j.Status == JobStates.Queued || j.Status == JobStates.Leased)
            .GroupBy(j => new { j.Kind, j.Status })
            .Select(g => new { g.Key.Kind, g.Key.Status, Count = g.LongCount(), Created = g.Min(j => j.CreationTime), Leased = g.Min(j => j.LeasedTime) })
            .ToListAsync(cancellationToken);
        _snapshots = [.. JobKinds.Leasable.Select(kind =>
        {
            var waiting = groups.FirstOrDefault(g => g.Kind == kind && g.Status == JobStates.Queued);
            var leased = groups.FirstOrDefault(g => g.Kind == kind && g.Status == JobStates.Leased);
            return new QueueSnapshot(kind, waiting?.Count ?? 0, Age(waiting?.Created, now), Age(leased?.Leased, now));
        })];
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> Each(Func<QueueSnapshot, double> value) =>
        _snapshots.Select(s => new Measurement<double>(value(s), Kind(s.Kind)));

    private static double Age(long? since, long now) => since is { } start ? Math.Max(0, now - start) / 1000.0 : 0;

    private static KeyValuePair<string, object?> Kind(string kind) => new("linnaeus.job.kind", kind);

    /// <param name="OldestAge">Seconds.</param>
    /// <param name="LeaseAge">Seconds.</param>
    private sealed record QueueSnapshot(string Kind, long Waiting, double OldestAge, double LeaseAge);
}
