using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Explaining;

/// <summary>Parses model versions in page URLs: <c>flowers/3</c>, <c>flowers@champion</c>, with or without <c>models:/</c>.</summary>
public static class VersionName
{
    private const string Scheme = "models:/";

    /// <summary>Null if the text is not a model version.</summary>
    public static ModelUri? Parse(string? text) =>
        ModelUri.TryParse(text?.StartsWith(Scheme, StringComparison.Ordinal) == true ? text : Scheme + text, out var uri) ? uri : null;

    public static string Of(ModelUri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return uri.ToString()[Scheme.Length..];
    }

    /// <summary>Removes <c>models:/</c> from a model version; returns any other text unchanged.</summary>
    public static string? Shorten(string? text) => Parse(text) is { } uri ? Of(uri) : text;
}
