namespace Aspire.Hosting.Dashboard;

/// <summary>Keeps one object per telemetry resource, so that thousands of records share it. Bounded: the oldest is forgotten.</summary>
internal sealed class ResourceDirectory
{
    private const int Capacity = 256;
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<(string Name, string Instance), TelemetryResource> _known = [];

    public TelemetryResource Intern(TelemetryResource resource)
    {
        lock (_gate)
        {
            var key = (resource.Name, resource.InstanceId);
            if (_known.TryGetValue(key, out var known) && known.Attributes.AsSpan().SequenceEqual(resource.Attributes))
                return known;
            if (!_known.ContainsKey(key) && _known.Count >= Capacity)
                _known.RemoveAt(0);
            return _known[key] = resource;
        }
    }

    /// <summary>Names of all services that have sent telemetry.</summary>
    public string[] Names()
    {
        lock (_gate)
            return [.. _known.Keys.Select(k => k.Name).Distinct().Order(StringComparer.Ordinal)];
    }
}
