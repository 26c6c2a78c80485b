namespace Linnaeus.Contracts;

/// <summary>Collects everything wrong with a request, by JSON path, so that one answer names it all.</summary>
public sealed class Faults
{
    private readonly SortedDictionary<string, List<string>> _byPath = new(StringComparer.Ordinal);

    public bool Any => _byPath.Count > 0;

    /// <summary>All of them, by JSON path.</summary>
    public IReadOnlyDictionary<string, string[]> ByPath => _byPath.ToDictionary(fault => fault.Key, fault => fault.Value.ToArray());

    public void Add(string path, string message)
    {
        if (!_byPath.TryGetValue(path, out var messages))
            _byPath[path] = messages = [];
        messages.Add(message);
    }

    /// <summary>Takes over the faults of another collection, or those at the paths that are wanted.</summary>
    public void Add(Faults others, Func<string, bool>? wanted = null)
    {
        foreach (var (path, messages) in others._byPath.Where(fault => wanted?.Invoke(fault.Key) ?? true))
            foreach (var message in messages)
                Add(path, message);
    }

    public bool Has(string path) => _byPath.ContainsKey(path);

    /// <summary>One line for people: "SUBJECT cannot be accepted. PATH: FAULT ...".</summary>
    public string Describe(string subject) =>
        $"{subject} cannot be accepted. {string.Join(" ", _byPath.SelectMany(fault => fault.Value.Select(message => $"{fault.Key}: {message}")))}";
}
