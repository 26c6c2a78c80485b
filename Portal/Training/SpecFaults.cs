using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Training;

/// <summary>Validation errors of a spec, by field.</summary>
public sealed class SpecFaults
{
    private readonly Dictionary<string, string> _fields = [];

    public SpecFaults(RegistryException error, SpecDraft draft)
    {
        ArgumentNullException.ThrowIfNull(error);
        ArgumentNullException.ThrowIfNull(draft);
        var known = SpecForm.Sections.SelectMany(section => section.Fields).Select(field => field.Path).ToHashSet();
        var rest = new List<KeyValuePair<string, string>>();
        foreach (var (path, messages) in error.Errors)
        {
            var message = string.Join(" ", messages);
            if (path.StartsWith(draft.Root + ".", StringComparison.Ordinal) && known.Contains(path[(draft.Root.Length + 1)..]))
                _fields[path[(draft.Root.Length + 1)..]] = message;
            else
                rest.Add(new(path, message));
        }
        Others = rest;
        Summary = error.Errors.Count == 0 ? error.Message : error.Errors.Count == 1 ? "1 validation error" : $"{error.Errors.Count} validation errors";
    }

    /// <summary>One line.</summary>
    public string Summary { get; }

    /// <summary>Errors that belong to no form field, by JSON path.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Others { get; }

    public string? At(FormField field) => _fields.GetValueOrDefault(field.Path);
}
