using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Comparisons;

/// <summary>The model versions to compare: <c>flowers/3,flowers/4</c>. The first is the baseline.</summary>
public sealed record VersionChoice
{
    /// <summary>Min and max number of versions.</summary>
    public const int Least = 2, Most = 6;

    private VersionChoice(IReadOnlyList<string> names) => Names = names;

    /// <summary>Each is MODEL/NUMBER.</summary>
    public IReadOnlyList<string> Names { get; }

    public bool IsEnough => Names.Count is >= Least and <= Most;

    /// <summary>Query value of the URL.</summary>
    public string Text => string.Join(',', Names);

    public string Address => $"compare?versions={Uri.EscapeDataString(Text)}";

    /// <summary>Does not validate names; the Registry rejects invalid ones.</summary>
    public static VersionChoice Parse(string? text) =>
        new([.. (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)]);

    public static VersionChoice Of(params IEnumerable<ModelVersionInfo> versions) => new([.. versions.Select(NameOf)]);

    public static string NameOf(ModelVersionInfo version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return $"{version.Name}/{version.Version}";
    }

    /// <summary>Adds the version, or removes it if it is selected. A champion is added as the baseline.</summary>
    public VersionChoice Toggle(ModelVersionInfo version)
    {
        var name = NameOf(version);
        if (Names.Contains(name))
            return new([.. Names.Where(other => other != name)]);
        if (Names.Count == Most)
            return this;
        return version.Aliases.Contains("champion") ? new([name, .. Names]) : new([.. Names, name]);
    }

    public VersionChoice WithBase(string name) => new([name, .. Names.Where(other => other != name)]);

    /// <summary>The model of the baseline, which is part of the request path.</summary>
    /// <exception cref="RegistryException">The first name is not MODEL/VERSION.</exception>
    public string Model => Names is [var first, ..] && first.LastIndexOf('/') is var slash and > 0
        ? first[..slash]
        : throw new RegistryException(System.Net.HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE",
            $"'{string.Join(',', Names)}' is not a list of model versions. Use versions=MODEL/NUMBER,MODEL/NUMBER in the URL, or select versions below.");
}
