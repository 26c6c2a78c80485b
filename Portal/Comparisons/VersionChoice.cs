using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Comparisons;

/// <summary>The versions that an address names: <c>flowers/3,flowers/4</c>. The first is the base that the others are measured by.</summary>
public sealed record VersionChoice
{
    /// <summary>The fewest and the most that can be compared.</summary>
    public const int Least = 2, Most = 6;

    private VersionChoice(IReadOnlyList<string> names) => Names = names;

    /// <summary>MODEL/NUMBER each.</summary>
    public IReadOnlyList<string> Names { get; }

    public bool IsEnough => Names.Count is >= Least and <= Most;

    /// <summary>As it stands in an address.</summary>
    public string Text => string.Join(',', Names);

    public string Address => $"compare?versions={Uri.EscapeDataString(Text)}";

    /// <summary>Whatever is no version's name is left for the Registry to refuse.</summary>
    public static VersionChoice Parse(string? text) =>
        new([.. (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)]);

    public static VersionChoice Of(params IEnumerable<ModelVersionInfo> versions) => new([.. versions.Select(NameOf)]);

    public static string NameOf(ModelVersionInfo version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return $"{version.Name}/{version.Version}";
    }

    /// <summary>With the version, or without it when it was chosen. A champion goes to the front, where the base is.</summary>
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

    /// <summary>The model that the request is made for; the others are named in full.</summary>
    /// <exception cref="RegistryException">The first name is not MODEL/VERSION.</exception>
    public string Model => Names is [var first, ..] && first.LastIndexOf('/') is var slash and > 0
        ? first[..slash]
        : throw new RegistryException(System.Net.HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE",
            $"'{string.Join(',', Names)}' names no version. Write versions=MODEL/NUMBER,MODEL/NUMBER in the address, or choose versions below.");
}
