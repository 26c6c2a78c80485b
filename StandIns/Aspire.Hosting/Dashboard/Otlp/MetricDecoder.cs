namespace Aspire.Hosting.Dashboard;

/// <summary>
/// Decodes opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest: gauges, sums and explicit-bucket histograms.
/// Exponential histograms and summaries are counted as not supported; exemplars are passed over.
/// </summary>
internal static class MetricDecoder
{
    /// <exception cref="InvalidDataException">The message does not follow the protocol; nothing of it is kept.</exception>
    public static MetricBatch Decode(ReadOnlySpan<byte> request)
    {
        var batch = new MetricBatch();
        var root = new ProtoReader(request);
        while (root.Next())
        {
            if (root.Field == 1)
                Resource(root.Message(), batch);
            else
                root.Skip();
        }
        return batch;
    }

    private static void Resource(ProtoReader group, MetricBatch batch)
    {
        var resource = CommonDecoder.Resource(CommonDecoder.Head(group));
        while (group.Next())
        {
            if (group.Field == 2)
                Scope(group.Message(), resource, batch);
            else
                group.Skip();
        }
    }

    private static void Scope(ProtoReader group, TelemetryResource resource, MetricBatch batch)
    {
        var scope = CommonDecoder.Scope(CommonDecoder.Head(group));
        while (group.Next())
        {
            if (group.Field == 2)
                Metric(group.Message(), resource, scope, batch);
            else
                group.Skip();
        }
    }

    private static void Metric(ProtoReader metric, TelemetryResource resource, string scope, MetricBatch batch)
    {
        string name = "", description = "", unit = "";
        var kind = InstrumentKind.Gauge;
        var data = new ProtoReader([]);
        while (metric.Next())
        {
            switch (metric.Field)
            {
                case 1:
                    name = metric.Text(CommonDecoder.TextLimit);
                    break;
                case 2:
                    description = metric.Text(CommonDecoder.TextLimit);
                    break;
                case 3:
                    unit = metric.Text(64);
                    break;
                case 5:
                    kind = InstrumentKind.Gauge;
                    data = metric.Message();
                    break;
                case 7:
                    kind = InstrumentKind.Counter;
                    data = metric.Message();
                    break;
                case 9:
                    kind = InstrumentKind.Histogram;
                    data = metric.Message();
                    break;
                case 10 or 11:
                    metric.Skip();
                    batch.Unsupported++;
                    return;
                default:
                    metric.Skip();
                    break;
            }
        }
        Points(data, kind, new(resource, scope, name, description, unit), batch);
    }

    private static void Points(ProtoReader data, InstrumentKind kind, InstrumentHead head, MetricBatch batch)
    {
        var (delta, monotonic) = Flags(data);
        if (kind == InstrumentKind.Counter && !monotonic)
            kind = InstrumentKind.UpDownCounter;
        while (data.Next())
        {
            if (data.Field != 1)
                data.Skip();
            else if (kind == InstrumentKind.Histogram)
                batch.Histograms.Add(Histogram(data.Message(), head, delta));
            else
                batch.Numbers.Add(Number(data.Message(), head, kind, delta));
        }
    }

    private static (bool Delta, bool Monotonic) Flags(ProtoReader data)
    {
        var (delta, monotonic) = (false, false);
        while (data.Next())
        {
            if (data is { Field: 2, Wire: WireType.Varint })
                delta = data.Varint() == 1;
            else if (data is { Field: 3, Wire: WireType.Varint })
                monotonic = data.Varint() != 0;
            else
                data.Skip();
        }
        return (delta, monotonic);
    }

    private static NumberPoint Number(ProtoReader point, InstrumentHead head, InstrumentKind kind, bool delta)
    {
        var time = 0L;
        var value = 0.0;
        var attributes = new List<KeyValuePair<string, string>>();
        while (point.Next())
        {
            switch (point.Field)
            {
                case 3:
                    time = CommonDecoder.Nanos(point.Fixed64());
                    break;
                case 4:
                    value = point.Double();
                    break;
                case 6:
                    value = (long)point.Fixed64();
                    break;
                case 7:
                    CommonDecoder.AppendAttribute(attributes, point.Message());
                    break;
                default:
                    point.Skip();
                    break;
            }
        }
        return new(head, kind, delta, [.. attributes], time / 1_000_000, value);
    }

    private static HistogramPoint Histogram(ProtoReader point, InstrumentHead head, bool delta)
    {
        long time = 0;
        ulong count = 0;
        double sum = 0, max = double.NaN;
        var buckets = new List<ulong>();
        var bounds = new List<ulong>();
        var attributes = new List<KeyValuePair<string, string>>();
        while (point.Next())
        {
            switch (point.Field)
            {
                case 3:
                    time = CommonDecoder.Nanos(point.Fixed64());
                    break;
                case 4:
                    count = point.Fixed64();
                    break;
                case 5:
                    sum = point.Double();
                    break;
                case 6:
                    point.AppendFixed64(buckets);
                    break;
                case 7:
                    point.AppendFixed64(bounds);
                    break;
                case 9:
                    CommonDecoder.AppendAttribute(attributes, point.Message());
                    break;
                case 12:
                    max = point.Double();
                    break;
                default:
                    point.Skip();
                    break;
            }
        }
        // A point may carry count and sum alone: that is one bucket without bounds.
        if (buckets.Count == 0)
            buckets.Add(count);
        if (buckets.Count != bounds.Count + 1 || buckets.Count > 1024)
            throw new InvalidDataException($"histogram '{head.Name}' has {buckets.Count} buckets for {bounds.Count} bounds");
        return new(head, delta, [.. attributes], time / 1_000_000, [.. bounds.Select(BitConverter.UInt64BitsToDouble)],
            [.. buckets.Select(b => (double)b)], sum, max);
    }
}
