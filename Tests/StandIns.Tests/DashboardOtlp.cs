using System.Text;

namespace Linnaeus.StandIns.Tests;

/// <summary>Writes OTLP export messages field by field, so that tests choose every id, time and value.</summary>
internal sealed class DashboardOtlp
{
    private readonly List<byte> _bytes = [];

    public static DashboardOtlp Message(Action<DashboardOtlp> write)
    {
        var message = new DashboardOtlp();
        write(message);
        return message;
    }

    public byte[] ToArray() => _bytes.ToArray();

    public DashboardOtlp Varint(int field, ulong value)
    {
        Raw(((ulong)field << 3) | 0);
        Raw(value);
        return this;
    }

    public DashboardOtlp Fixed64(int field, ulong value)
    {
        Raw(((ulong)field << 3) | 1);
        _bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    public DashboardOtlp Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    public DashboardOtlp Bytes(int field, ReadOnlySpan<byte> value)
    {
        Raw(((ulong)field << 3) | 2);
        Raw((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    public DashboardOtlp Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public DashboardOtlp Add(int field, Action<DashboardOtlp> write) => Bytes(field, Message(write).ToArray());

    public DashboardOtlp Attribute(int field, string key, object value) => Add(field, pair => pair.Text(1, key).Add(2, any =>
    {
        switch (value)
        {
            case bool flag:
                any.Varint(2, flag ? 1u : 0u);
                break;
            case int whole:
                any.Varint(3, (ulong)(long)whole);
                break;
            case double real:
                any.Double(4, real);
                break;
            default:
                any.Text(1, value.ToString()!);
                break;
        }
    }));

    /// <summary>One export of one resource and one scope; field numbers are the same for all three signals.</summary>
    public static byte[] Export(string service, string scope, params IEnumerable<Action<DashboardOtlp>> items) => Message(root => root.Add(1, group =>
    {
        group.Add(1, resource => resource.Attribute(1, "service.name", service).Attribute(1, "service.instance.id", service + "-1").Attribute(1, "telemetry.sdk.language", "dotnet"));
        group.Add(2, scoped =>
        {
            scoped.Add(1, head => head.Text(1, scope));
            foreach (var item in items)
                scoped.Add(2, item);
        });
    })).ToArray();

    public static Action<DashboardOtlp> Span(
        string trace, string id, string? parent, string name, int kind, DateTimeOffset start, TimeSpan length, Action<DashboardOtlp>? more = null) => span =>
    {
        span.Bytes(1, Convert.FromHexString(trace)).Bytes(2, Convert.FromHexString(id));
        if (parent is not null)
            span.Bytes(4, Convert.FromHexString(parent));
        span.Text(5, name).Varint(6, (ulong)kind).Fixed64(7, Nanos(start)).Fixed64(8, Nanos(start + length));
        more?.Invoke(span);
    };

    public static Action<DashboardOtlp> Log(
        DateTimeOffset time, int severity, string body, string? trace = null, string? span = null, params (string Key, object Value)[] attributes) => log =>
    {
        log.Fixed64(1, Nanos(time)).Varint(2, (ulong)severity).Add(5, any => any.Text(1, body));
        foreach (var (key, value) in attributes)
            log.Attribute(6, key, value);
        if (trace is not null)
            log.Bytes(9, Convert.FromHexString(trace));
        if (span is not null)
            log.Bytes(10, Convert.FromHexString(span));
    };

    public static Action<DashboardOtlp> Gauge(string name, string unit, string description, DateTimeOffset time, double value, params (string Key, object Value)[] attributes) =>
        metric => metric.Text(1, name).Text(2, description).Text(3, unit).Add(5, data => data.Add(1, point => Number(point, time, value, attributes)));

    public static Action<DashboardOtlp> Counter(string name, string unit, DateTimeOffset time, double value, params (string Key, object Value)[] attributes) =>
        metric => metric.Text(1, name).Text(3, unit).Add(7, data => data.Add(1, point => Number(point, time, value, attributes)).Varint(2, 2).Varint(3, 1));

    public static Action<DashboardOtlp> Histogram(
        string name, string unit, DateTimeOffset time, double[] bounds, ulong[] buckets, params (string Key, object Value)[] attributes) =>
        metric => metric.Text(1, name).Text(3, unit).Add(9, data => data.Varint(2, 2).Add(1, point =>
        {
            point.Fixed64(3, Nanos(time)).Fixed64(4, (ulong)buckets.Sum(b => (long)b)).Double(5, 1)
                .Bytes(6, buckets.SelectMany(BitConverter.GetBytes).ToArray()).Bytes(7, bounds.SelectMany(BitConverter.GetBytes).ToArray());
            foreach (var (key, value) in attributes)
                point.Attribute(9, key, value);
        }));

    private static void Number(DashboardOtlp point, DateTimeOffset time, double value, (string Key, object Value)[] attributes)
    {
        point.Fixed64(3, Nanos(time)).Double(4, value);
        foreach (var (key, attribute) in attributes)
            point.Attribute(7, key, attribute);
    }

    private static ulong Nanos(DateTimeOffset time) => (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * 100;

    private void Raw(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.Add((byte)(value | 0x80));
        _bytes.Add((byte)value);
    }
}
