using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Linnaeus.Contracts;

/// <summary>A registered version, <c>models:/NAME/3</c>, or the version with an alias, <c>models:/NAME@ALIAS</c>.</summary>
public sealed record ModelUri
{
    private ModelUri(string name, int? version, string? alias) => (Name, Version, Alias) = (name, version, alias);

    public string Name { get; }

    /// <summary>From 1; null when <see cref="Alias"/> is set.</summary>
    public int? Version { get; }

    public string? Alias { get; }

    public static ModelUri OfVersion(string name, int version) => new(name, version, null);

    public static ModelUri OfAlias(string name, string alias) => new(name, null, alias);

    /// <exception cref="FormatException">The text is not such a URI; the message lists the formats.</exception>
    public static ModelUri Parse(string text) => TryParse(text, out var uri)
        ? uri
        : throw new FormatException($"'{text}' is not a model URI. Write models:/NAME/VERSION or models:/NAME@ALIAS.");

    public static bool TryParse(string? text, [NotNullWhen(true)] out ModelUri? uri)
    {
        uri = null;
        const string scheme = "models:/";
        if (text is null || !text.StartsWith(scheme, StringComparison.Ordinal))
            return false;
        var rest = text[scheme.Length..].TrimStart('/');
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var at = rest.IndexOf('@', StringComparison.Ordinal);
        if (slash > 0 && int.TryParse(rest[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0)
            uri = OfVersion(rest[..slash], version);
        else if (slash < 0 && at > 0 && at < rest.Length - 1)
            uri = OfAlias(rest[..at], rest[(at + 1)..]);
        return uri is not null;
    }

    public override string ToString() => Version is { } version
        ? string.Create(CultureInfo.InvariantCulture, $"models:/{Name}/{version}")
        : $"models:/{Name}@{Alias}";
}
