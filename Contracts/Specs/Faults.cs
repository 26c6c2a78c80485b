namespace Linnaeus.Contracts;

/// <summary>Collects all validation errors of a request, by JSON path.</summary>
public sealed class Faults
{
    private readonly SortedDictionary<string, List<string>> _byPath = new(StringComparer.Ordinal);

    public bool Any => _byPath.Count > 0;

    /// <summary>All errors by JSON path.</summary>
    public IReadOnlyDictionary<string, string[]> ByPath => _byPath.ToDictionary(fault => fault.Key, fault => fault.Value.ToArray());

    public void Add(string path, string message)
    {
        if (!_byPath.TryGetValue(path, out var messages))
            _byPath[path] = messages = [];
        messages.Add(message);
    }

    /// <summary>Says something better about a path than what was found before.</summary>
    public void Replace(string path, string message) => _byPath[path] = [message];

    /// <summary>Adds the errors of another collection, optionally only those at wanted paths.</summary>
    public void Add(Faults others, Func<string, bool>? wanted = null)
    {
        foreach (var (path, messages) in others._byPath.Where(fault => wanted?.Invoke(fault.Key) ?? true))
            foreach (var message in messages)
                Add(path, message);
    }

    public bool Has(string path) => _byPath.ContainsKey(path);

    /// <summary>One line: "SUBJECT is invalid. PATH: ERROR ...".</summary>
    public string Describe(string subject) =>
        $"{subject} is invalid. {string.Join(" ", _byPath.SelectMany(fault => fault.Value.Select(message => $"{fault.Key}: {message}")))}";
}
