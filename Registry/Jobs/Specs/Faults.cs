using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Jobs.Specs;

/// <summary>Collects everything wrong with a request, by JSON path, so that one answer names it all.</summary>
public sealed class Faults
{
    private readonly SortedDictionary<string, List<string>> _byPath = new(StringComparer.Ordinal);

    public bool Any => _byPath.Count > 0;

    public void Add(string path, string message)
    {
        if (!_byPath.TryGetValue(path, out var messages))
            _byPath[path] = messages = [];
        messages.Add(message);
    }

    public bool Has(string path) => _byPath.ContainsKey(path);

    /// <summary>Answers 400 with all faults in the member <c>errors</c>, when there are any.</summary>
    public void ThrowIfAny(string subject)
    {
        if (!Any)
            return;
        var lines = _byPath.SelectMany(fault => fault.Value.Select(message => $"{fault.Key}: {message}"));
        throw new RegistryException(ErrorCode.InvalidParameterValue, $"{subject} cannot be accepted. {string.Join(" ", lines)}")
        {
            Extensions = new Dictionary<string, object?> { ["errors"] = _byPath.ToDictionary(f => f.Key, f => f.Value.ToArray()) },
        };
    }
}
