using Linnaeus.Registry.Client;

namespace Linnaeus.Explainer.Requests;

/// <summary>Where a request's image comes from: its own bytes or an artifact in the Registry. Exactly one is set.</summary>
/// <param name="Bytes">The encoded file as it was sent inline.</param>
/// <param name="Artifact">Address of an artifact.</param>
public sealed record ImageReference(byte[]? Bytes, ArtifactUri? Artifact)
{
    private const string Forms = "runs:/RUN_ID/PATH or mlflow-artifacts:/EXPERIMENT/RUN_ID/artifacts/PATH";

    /// <summary>Reads an artifact URI, a base64 <c>data:</c> URI (RFC 2397) or plain base64.</summary>
    /// <param name="text">The field as sent.</param>
    /// <param name="fault">The error when the result is null.</param>
    public static ImageReference? Parse(string text, out string? fault)
    {
        fault = null;
        if (text.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            var comma = text.IndexOf(',', StringComparison.Ordinal);
            if (comma >= 0 && text[..comma].EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
                return FromBase64(text[(comma + 1)..], out fault);
            fault = "A data: URI must carry base64, as in data:image/png;base64,iVBORw0…";
            return null;
        }
        if (!text.Contains(":/", StringComparison.Ordinal)) // base64 has no colon
            return FromBase64(text, out fault);
        if (ArtifactUri.TryParse(text, out var artifact) && artifact.Path.Length > 0)
            return new ImageReference(null, artifact);
        fault = $"'{Shorten(text)}' is not an artifact URI. Use {Forms}.";
        return null;
    }

    private static ImageReference? FromBase64(string encoded, out string? fault)
    {
        fault = null;
        var bytes = new byte[(encoded.Length * 3L / 4) + 3];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
            fault = $"'{Shorten(encoded)}' is neither base64 nor an artifact URI ({Forms}).";
        else if (length == 0)
            fault = "The image is empty.";
        return fault is null ? new ImageReference(bytes[..length], null) : null;
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "…";
}
