using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Linnaeus.Access;

/// <summary>
/// Reads the token from the <c>Authorization</c> header, as MLflow's clients send it: <c>Bearer TOKEN</c>, or <c>Basic</c> with any user
/// name and the token as password (RFC 6750, RFC 7617).
/// </summary>
internal static class Credentials
{
    /// <summary>False without an <c>Authorization</c> header; a header without a token yields an empty token.</summary>
    public static bool TryRead(HttpRequest request, out string token)
    {
        token = "";
        var header = request.Headers.Authorization;
        if (header.Count == 0) return false;
        if (header.Count > 1 || !AuthenticationHeaderValue.TryParse(header, out var value) || value.Parameter is not { } parameter) return true;
        if (value.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) token = parameter.Trim();
        else if (value.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) && !IsOfOtherSite(request)) token = PasswordOf(parameter);
        return true;
    }

    /// <summary>Browsers also send remembered basic credentials with forms of other sites.</summary>
    private static bool IsOfOtherSite(HttpRequest request) => request.Headers.Origin is { Count: > 0 } origin
        && !(Uri.TryCreate(origin, UriKind.Absolute, out var site) && site.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));

    private static string PasswordOf(string parameter)
    {
        var bytes = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, bytes, out var length)) return "";
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? "" : pair[(colon + 1)..];
    }
}
