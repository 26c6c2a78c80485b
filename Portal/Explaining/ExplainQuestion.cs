using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Explaining;

/// <summary>The query of the Explain page: <c>explain?model=flowers/3&amp;image=runs:/RUN/samples/000.png&amp;methods=gradcam,occlusion</c>.</summary>
public sealed record ExplainQuestion
{
    /// <summary>As entered; parsed by <see cref="VersionName"/>.</summary>
    public string? Model { get; init; }

    /// <summary>A second model version to explain the same image.</summary>
    public string? With { get; init; }

    /// <summary>Artifact URI of a stored image; null for an uploaded one.</summary>
    public string? Image { get; init; }

    public IReadOnlyList<ExplanationMethod> Methods { get; init; } = [];

    public string? Target { get; init; }

    public string? Against { get; init; }

    public bool Quality { get; init; }

    public ModelUri? Version => VersionName.Parse(Model);

    public ModelUri? Other => VersionName.Parse(With);

    /// <summary>Relative URL with this query.</summary>
    public string Address
    {
        get
        {
            var parts = new (string Name, string? Value)[]
            {
                ("model", VersionName.Shorten(Model)), ("with", VersionName.Shorten(With)), ("image", Image), ("methods", string.Join(',', Methods.Select(method => method.Name()))),
                ("target", Target), ("against", Against), ("quality", Quality ? "true" : null),
            };
            var query = string.Join('&', parts.Where(part => part.Value is { Length: > 0 }).Select(part => $"{part.Name}={Escape(part.Value!)}"));
            return query.Length == 0 ? "explain" : $"explain?{query}";
        }
    }

    /// <summary>The known methods of a comma-separated list, in the order of their declaration.</summary>
    public static IReadOnlyList<ExplanationMethod> ReadMethods(string? text)
    {
        var named = (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. Enum.GetValues<ExplanationMethod>().Where(method => named.Contains(method.Name()))];
    }

    public ExplanationRequest Request(ExplanationMethod method, string image) => new()
    {
        Model = Version?.ToString() ?? "",
        Method = method,
        Image = image,
        Target = Class(Target),
        Against = Class(Against),
        Quality = Quality,
    };

    public ComparisonRequest Comparison(ExplanationMethod method, string image) => new()
    {
        Models = [Version?.ToString() ?? "", Other?.ToString() ?? ""],
        Method = method,
        Images = [image],
        Target = Class(Target),
        Against = Class(Against),
    };

    private static ClassReference? Class(string? name) => string.IsNullOrWhiteSpace(name) ? null : new ClassReference(null, name.Trim());

    // Slashes and commas need no escaping in a query and read better without.
    private static string Escape(string text) =>
        Uri.EscapeDataString(text).Replace("%2F", "/", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal)
            .Replace("%2C", ",", StringComparison.Ordinal).Replace("%40", "@", StringComparison.Ordinal);
}
