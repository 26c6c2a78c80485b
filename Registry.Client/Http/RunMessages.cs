namespace Linnaeus.Registry.Client.Http;

/// <summary>Runs in MLflow's JSON.</summary>
internal static class RunMessages
{
    // MLflow's limits per log-batch: 1000 metrics, 100 params, 100 tags, 1000 in total.
    private const int MaxEntities = 1000;
    private const int MaxPairs = 100;

    public sealed record RunAnswer(RunMessage Run);

    public sealed record SearchAnswer(IReadOnlyList<RunMessage>? Runs, long TotalCount);

    public sealed record RunMessage(RunInfo Info, RunData? Data)
    {
        public Run ToRun() => new()
        {
            RunId = Info.RunId,
            ExperimentId = Info.ExperimentId,
            Name = Info.RunName ?? "",
            Status = Info.Status,
            StartTime = Time(Info.StartTime),
            EndTime = Time(Info.EndTime),
            ArtifactUri = Info.ArtifactUri,
            Metrics = (Data?.Metrics ?? []).ToDictionary(
                m => m.Key,
                m => new Metric(m.Key, m.Value, DateTimeOffset.FromUnixTimeMilliseconds(m.Timestamp), m.Step) { Min = m.Min, Max = m.Max }),
            Params = (Data?.Params ?? []).ToDictionary(p => p.Key, p => p.Value ?? ""),
            Tags = (Data?.Tags ?? []).ToDictionary(t => t.Key, t => t.Value ?? ""),
        };

        // proto3 omits a time of zero or writes it as 0; both mean none.
        private static DateTimeOffset? Time(long? milliseconds) =>
            milliseconds is null or 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds.Value);
    }

    public sealed record RunInfo(
        string RunId, string ExperimentId, string? RunName, RunStatus Status, long? StartTime, long? EndTime, string ArtifactUri);

    public sealed record RunData(IReadOnlyList<MetricMessage>? Metrics, IReadOnlyList<Pair>? Params, IReadOnlyList<Pair>? Tags);

    public sealed record MetricMessage(string Key, double Value, long Timestamp, long Step, double? Min = null, double? Max = null);

    public sealed record Pair(string Key, string? Value);

    public sealed record Batch(string RunId, IReadOnlyList<MetricMessage>? Metrics, IReadOnlyList<Pair>? Params, IReadOnlyList<Pair>? Tags);

    public static IReadOnlyList<Pair>? Pairs(IReadOnlyDictionary<string, string>? values) => values?.Select(v => new Pair(v.Key, v.Value)).ToArray();

    /// <summary>Splits a batch into requests within the limits; an empty batch needs no request.</summary>
    public static IEnumerable<Batch> Batches(
        string runId, IReadOnlyList<Metric> metrics, IReadOnlyDictionary<string, string>? parameters, IReadOnlyDictionary<string, string>? tags)
    {
        var points = new Queue<MetricMessage>(metrics.Select(m => new MetricMessage(m.Key, m.Value, m.Timestamp.ToUnixTimeMilliseconds(), m.Step)));
        var texts = new Queue<Pair>(Pairs(parameters) ?? []);
        var labels = new Queue<Pair>(Pairs(tags) ?? []);
        while (points.Count + texts.Count + labels.Count > 0)
        {
            var nextTexts = Take(texts, MaxPairs);
            var nextLabels = Take(labels, MaxPairs);
            yield return new Batch(runId, Take(points, MaxEntities - nextTexts.Count - nextLabels.Count), nextTexts, nextLabels);
        }
    }

    private static List<T> Take<T>(Queue<T> queue, int most)
    {
        var taken = new List<T>();
        while (taken.Count < most && queue.TryDequeue(out var item))
            taken.Add(item);
        return taken;
    }
}
