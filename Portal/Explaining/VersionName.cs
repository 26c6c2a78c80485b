using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Explaining;

/// <summary>Versions as addresses of pages name them: <c>flowers/3</c>, <c>flowers@champion</c>, or the same with <c>models:/</c> before it.</summary>
public static class VersionName
{
    private const string Scheme = "models:/";

    /// <summary>Null when the text names no version.</summary>
    public static ModelUri? Parse(string? text) =>
        ModelUri.TryParse(text?.StartsWith(Scheme, StringComparison.Ordinal) == true ? text : Scheme + text, out var uri) ? uri : null;

    public static string Of(ModelUri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return uri.ToString()[Scheme.Length..];
    }

    /// <summary>What the page shows: the short form of whatever was written, right or not.</summary>
    public static string? Shorten(string? text) => Parse(text) is { } uri ? Of(uri) : text;
}
