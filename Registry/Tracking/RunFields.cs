using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Search;

namespace Linnaeus.Registry.Tracking;

/// <summary>
/// Selects the metrics, params and tags to read, so that a table reads its own columns only: <c>metrics.loss</c>,
/// <c>params.*</c>, <c>tags.mlflow.*</c>, and the words <c>inputs</c> and <c>outputs</c>. A run's attributes are always read.
/// </summary>
public sealed class RunFields
{
    private readonly ILookup<string, string>? _patterns;

    private RunFields(ILookup<string, string>? patterns) => _patterns = patterns;

    public static RunFields All { get; } = new(null);

    /// <exception cref="RegistryException">A field has another format.</exception>
    public static RunFields Parse(IEnumerable<string> fields) => new(fields.Select(ParseOne).ToLookup(f => f.Entity, f => f.Pattern));

    /// <summary>
    /// SQL to append after WHERE: true for the selected keys of an entity, which is metric, parameter, tag, input or output.
    /// </summary>
    internal string Condition(SqlText text, string entity, string column = "key")
    {
        if (_patterns is null) return "";
        var parts = _patterns[entity].Select(pattern =>
        {
            if (pattern == "*") return "1 = 1";
            if (!pattern.EndsWith('*')) return $"{column} = {text.Parameter(pattern)}";
            var prefix = pattern[..^1];
            return $"substr({column}, 1, {prefix.EnumerateRunes().Count()}) = {text.Parameter(prefix)}";
        });
        return $" AND ({string.Join(" OR ", parts.DefaultIfEmpty("1 = 0"))})";
    }

    private static (string Entity, string Pattern) ParseOne(string field)
    {
        if (field is "inputs" or "outputs") return (field[..^1], "*");
        var dot = field.IndexOf('.', StringComparison.Ordinal);
        var key = dot < 0 ? "*" : field[(dot + 1)..].Trim('`', '"');
        var name = dot < 0 ? field : field[..dot];
        return name.Length > 0 && key.Length > 0 && SearchEntity.Of(name) is var entity and ("metric" or "parameter" or "tag") ? (entity, key)
            : throw RegistryException.Invalid($"Invalid field '{field}'. Use metrics.KEY, params.PREFIX*, tags.*, inputs or outputs.");
    }
}
