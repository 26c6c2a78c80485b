using Linnaeus.Registry.Artifacts;
using Microsoft.AspNetCore.Http.Features;

namespace Linnaeus.Registry.Mlflow;

/// <summary>
/// Checks the request's path before routing. The server resolves <c>..</c> and <c>%2E%2E</c>, so only the raw path shows whether an
/// artifact path contained any. Drops a doubled slash at the start, which MLflow's clients send when the server's URL ends with a slash.
/// </summary>
public sealed class RequestPaths(RequestDelegate next)
{
    private static readonly string[] Markers = ["/mlflow-artifacts/artifacts/", "/mlflow-artifacts/mpu/"];

    public Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var query = raw.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? raw : raw[..query];
        foreach (var marker in Markers)
        {
            var start = path.IndexOf(marker, StringComparison.Ordinal);
            if (start < 0) continue;
            var artifact = Uri.UnescapeDataString(path[(start + marker.Length)..]);
            if (artifact.StartsWith('/') || artifact.Split('/', '\\').Any(segment => segment is "." or "..")) throw ArtifactPath.Invalid();
        }
        if (context.Request.Path.Value is { } value
            && value.StartsWith("//", StringComparison.Ordinal)) context.Request.Path = "/" + value.TrimStart('/');
        return next(context);
    }
}
