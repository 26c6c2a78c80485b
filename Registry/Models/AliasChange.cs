using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Models;

/// <summary>Who assigns an alias, why, and on which condition.</summary>
/// <param name="Who">For the audit log.</param>
/// <param name="Reason">For the audit log.</param>
/// <param name="Override">Whether to override the alias's policy.</param>
/// <param name="IfMatch">Required state by its ETag; <c>*</c> for any existing alias; null for any state.</param>
/// <param name="IfAbsent">The alias must not exist.</param>
public sealed record AliasChange(string Who, string? Reason = null, bool Override = false, string? IfMatch = null, bool IfAbsent = false)
{
    private const int LongestName = 250;
    private const int LongestReason = 5000;

    public static AliasChange Of(HttpContext context, string? by = null, string? reason = null, bool isOverride = false)
    {
        ArgumentNullException.ThrowIfNull(context);
        CheckText("by", by, LongestName);
        CheckText("reason", reason, LongestReason);
        if (isOverride && string.IsNullOrWhiteSpace(reason))
            throw RegistryException.Invalid("An override needs a reason for the audit log.");
        var headers = context.Request.Headers;
        if (headers.IfNoneMatch.Count > 0 && headers.IfNoneMatch != "*")
            throw RegistryException.Invalid("If-None-Match of an alias must be *, which means that the alias must not exist.");
        // An authenticated caller cannot use another name.
        var who = NameOf(context.User) is not null || string.IsNullOrWhiteSpace(by) ? CallerOf(context) : by;
        return new AliasChange(who, string.IsNullOrWhiteSpace(reason) ? null : reason, isOverride,
            headers.IfMatch.Count == 0 ? null : headers.IfMatch.ToString(), headers.IfNoneMatch.Count > 0);
    }

    /// <exception cref="RegistryException">The alias is in another state than the caller expects.</exception>
    public void Check(AliasState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var exists = state.Version is not null;
        var matches = IfMatch is null || (exists && (IfMatch == "*" || IfMatch.Split(',').Any(tag => tag.Trim() == state.ETag)));
        if (matches && !(IfAbsent && exists)) return;
        var now = exists ? $"points at version {state.Version} (ETag {state.ETag})" : "does not exist";
        throw new RegistryException(ErrorCode.PreconditionFailed,
            $"Alias '{state.Alias}' {now}, not in the state that the request expects. Somebody else may have changed it: read it again and retry.");
    }

    /// <summary>The name of the caller's token; without one, the name in basic authentication, else the program and its address.</summary>
    public static string CallerOf(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (NameOf(context.User) is { } known) return Shortened(known);
        var headers = context.Request.Headers;
        if (AuthenticationHeaderValue.TryParse(headers.Authorization, out var header)
            && header is { Scheme: "Basic", Parameter: { } parameter } && UserOf(parameter) is { Length: > 0 } user) return Shortened(user);
        var agent = headers.UserAgent.ToString();
        return Shortened($"{(agent.Length == 0 ? "unknown" : agent)} at {context.Connection.RemoteIpAddress?.ToString() ?? "an unknown address"}");
    }

    private static string? NameOf(ClaimsPrincipal caller) => caller.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } ? name : null;

    private static string? UserOf(string parameter)
    {
        var bytes = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, bytes, out var length)) return null;
        return string.Concat(Encoding.UTF8.GetString(bytes, 0, length).Split(':')[0].Where(c => !char.IsControl(c)));
    }

    private static void CheckText(string field, string? text, int longest)
    {
        if (text?.Length > longest) throw RegistryException.Invalid($"{field} has {text.Length} characters. The limit is {longest}.");
        if (text?.Contains('\0', StringComparison.Ordinal) == true) throw RegistryException.Invalid($"{field} must not contain a NUL character.");
    }

    private static string Shortened(string name) => name.Length <= LongestName ? name : name[..LongestName];
}
