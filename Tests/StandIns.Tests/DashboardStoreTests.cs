using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Logging;

namespace Linnaeus.StandIns.Tests;

/// <summary>The stores hold so much and no more, drop the oldest, and count what they dropped.</summary>
public sealed class DashboardStoreTests
{
    private static readonly TelemetryResource Trainer = new("trainer", "1", []);

    [Fact]
    public void The_newest_spans_stay_and_emptied_traces_go()
    {
        var store = new TraceStore(capacity: 100);
        for (var i = 0; i < 250; i++)
            store.Add([Span($"{i / 10:x32}", $"{i:x16}", i)]);
        Assert.Equal(new StoreUse(100, 100, 150), store.Use);
        var (traces, total) = store.Find(new(null, null, 0, false, 500));
        Assert.Equal(10, total);
        Assert.Equal($"{24:x32}", traces[0].TraceId);
        Assert.Equal(10, traces[^1].Spans);
        Assert.Empty(store.Spans($"{14:x32}"));
    }

    [Fact]
    public void A_trace_that_lost_its_first_spans_keeps_the_rest()
    {
        var store = new TraceStore(capacity: 5);
        store.Add(Enumerable.Range(0, 8).Select(i => Span("aa", $"{i:x16}", i)));
        Assert.Equal([3L, 4, 5, 6, 7], store.Spans("aa").Select(s => s.Start));
        Assert.Equal(5, store.Find(new(null, null, 0, false, 10)).Traces.Single().Spans);
    }

    [Fact]
    public void Big_records_are_bounded_by_bytes_before_their_number()
    {
        var store = new LogStore(capacity: 1000, maxBytes: 1 << 20);
        store.Add(Enumerable.Range(0, 100).Select(i => Log(i, new string('x', 50_000))));
        Assert.InRange(store.Use.Held, 8, 12);
        Assert.Equal(100 - store.Use.Held, store.Use.Dropped);
    }

    [Fact]
    public void Log_pages_go_back_and_follow_forward()
    {
        var store = new LogStore(capacity: 50);
        store.Add(Enumerable.Range(1, 80).Select(i => Log(i, $"line {i}")));
        var (newest, more) = store.Find(Filter(limit: 20));
        Assert.True(more);
        Assert.Equal([61L, 80L], new[] { newest[0].Id, newest[^1].Id });
        Assert.Equal([41L, 60L], store.Find(Filter(before: 61, limit: 20)).Logs is [var a, .., var z] ? new[] { a.Id, z.Id } : []);
        Assert.Equal([79L, 80L], store.Find(Filter(after: 78)).Logs.Select(l => l.Id));
        Assert.False(store.Find(Filter(before: 41, limit: 20)).More);
        Assert.Null(store.ById(30));
        Assert.Equal("line 31", store.ById(31)!.Value.Log.Body);
    }

    [Fact]
    public void Many_threads_write_and_read_at_once()
    {
        var store = new TraceStore(capacity: 500);
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 2000; i++)
            {
                store.Add([Span($"{i % 40:x32}", $"{(thread * 2000) + i:x16}", i)]);
                if (i % 100 == 0)
                    store.Find(new(null, "s", 0, false, 10));
            }
        });
        Assert.Equal(new StoreUse(500, 500, 15_500), store.Use);
        Assert.Equal(500, store.Find(new(null, null, 0, false, 500)).Traces.Sum(t => t.Spans));
    }

    [Fact]
    public void A_full_series_gets_coarser_in_the_past_and_keeps_both_ends()
    {
        var series = new ThinningSeries<int>(64);
        for (var i = 0; i < 10_000; i++)
            series.Add(i);
        Assert.InRange(series.Points.Count, 33, 64);
        Assert.Equal(0, series.Points[0]);
        Assert.Equal(9_999, series.Points[^1]);
        Assert.Equal(series.Points.Order(), series.Points);
        Assert.Equal(10_000 - series.Points.Count, series.Thinned);
    }

    [Fact]
    public void More_series_than_there_is_room_for_push_out_the_stalest()
    {
        var store = new MetricStore(maxSeries: 10);
        for (var i = 0; i < 25; i++)
        {
            var batch = new MetricBatch();
            batch.Numbers.Add(new(new(Trainer, "m", "g", "", ""), InstrumentKind.Gauge, false, [new("i", $"{i}")], i, i));
            store.Add(batch);
        }
        Assert.Equal(new StoreUse(10, 10, 15), store.Use);
        Assert.Equal(Enumerable.Range(15, 10).Select(i => $"{i}"), store.Read(new("trainer", "m", "g"), (_, s) => s.Select(x => x.Attributes[0].Value).Order().ToArray())!);
    }

    [Fact]
    public void A_counter_becomes_a_rate_across_a_restart()
    {
        var store = new MetricStore();
        // 10 a second for 60 s, then the process restarts from zero and counts 20 a second.
        for (var t = 0; t <= 120; t++)
        {
            var batch = new MetricBatch();
            batch.Numbers.Add(new(new(Trainer, "m", "c", "", ""), InstrumentKind.Counter, false, [], t * 1000, t <= 60 ? 10 * t : 20 * (t - 60)));
            store.Add(batch);
        }
        var chart = store.Read(new("trainer", "m", "c"), (info, s) => new MetricQuery(120_000, 120_000, false, false, null).Draw(info, s))!;
        var rates = chart.Lines.Single().Values;
        Assert.Equal(10, rates[100]!.Value, 6);
        Assert.Equal(20, rates[220]!.Value, 6);
        Assert.All(rates, r => Assert.True(r is null or >= 0));
    }

    [Theory]
    [InlineData(0.5, 15.0)] // rank 10 of 20 is the middle of (10, 20], where all lie
    [InlineData(0.9, 19.0)]
    public void Percentiles_interpolate_inside_their_bucket(double quantile, double expected) =>
        Assert.Equal(expected, MetricQuery.Percentile([10, 20], [0, 20, 0], quantile, 20)!.Value, 9);

    [Fact]
    public void Percentiles_of_nothing_are_gaps_and_of_the_open_bucket_end_at_the_largest_seen()
    {
        Assert.Null(MetricQuery.Percentile([10, 20], [0, 0, 0], 0.5, double.NaN));
        Assert.Equal(20 + (0.5 * 30), MetricQuery.Percentile([10, 20], [0, 0, 4], 0.5, 50)!.Value, 9);
        Assert.Equal(20, MetricQuery.Percentile([10, 20], [0, 0, 4], 0.5, double.NaN)!.Value);
    }

    private static SpanRecord Span(string trace, string id, long start) =>
        new(Trainer, "s", trace, id, null, "span", SpanKind.Internal, start, start + 1, SpanStatus.Unset, "", [], [], []);

    private static LogRecord Log(long time, string body) => new(Trainer, "c", time, LogLevel.Information, body, null, null, []);

    private static LogFilter Filter(long? before = null, long? after = null, int limit = 100) =>
        new(null, LogLevel.Trace, null, null, null, before, after, limit);
}
