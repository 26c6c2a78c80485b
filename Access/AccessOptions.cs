using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Linnaeus.Access;

/// <summary>Whether callers need a token.</summary>
public enum AccessMode
{
    /// <summary>Authentication is disabled. Only for services that listen on loopback.</summary>
    Open,

    /// <summary>Every path except <c>/health</c> and <c>/alive</c> needs a token.</summary>
    Required,
}

/// <summary>The settings <c>Access:*</c>.</summary>
public sealed record AccessOptions
{
    public const string Section = "Access";
    private const int MostRequests = 1_000_000;

    /// <summary><c>required</c> or <c>open</c>. Default: open if the service listens on loopback only, otherwise required.</summary>
    public AccessMode Mode { get; init; }

    /// <summary>Average requests per second and token at each replica; bursts may reach 4 seconds' worth.</summary>
    public int RequestsPerSecond { get; init; } = 500;

    /// <summary>OpenID Connect provider whose access tokens are accepted too; null for none.</summary>
    public Uri? Authority { get; init; }

    /// <summary>Required <c>aud</c> of the provider's tokens.</summary>
    public string? Audience { get; init; }

    /// <exception cref="InvalidOperationException">A setting is invalid, or opens the service to other machines.</exception>
    public static AccessOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var far = ListenAddresses.BeyondLoopback(configuration).ToList();
        var mode = configuration[$"{Section}:Mode"] switch
        {
            null or "" => far is [] ? AccessMode.Open : AccessMode.Required,
            var text when Enum.TryParse<AccessMode>(text, ignoreCase: true, out var known) && Enum.IsDefined(known) => known,
            var text => throw new InvalidOperationException($"Access__Mode must be required or open, got '{text}'."),
        };
        if (mode == AccessMode.Open) ListenAddresses.RefuseOpen(far);
        return new AccessOptions
        {
            Mode = mode,
            RequestsPerSecond = ReadRate(configuration[$"{Section}:RequestsPerSecond"]),
            Authority = ReadAuthority(configuration[$"{Section}:Authority"], configuration[$"{Section}:Audience"]),
            Audience = configuration[$"{Section}:Audience"],
        };
    }

    private static Uri? ReadAuthority(string? text, string? audience)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var authority)
            || !(authority.Scheme == "https" || (authority.Scheme == "http" && ListenAddresses.IsLoopback(authority.Host))))
            throw new InvalidOperationException($"Access__Authority must be the https address of an OpenID Connect provider, got '{text}'.");
        return string.IsNullOrEmpty(audience)
            ? throw new InvalidOperationException(
                "Access__Authority needs Access__Audience. Without it, tokens issued for other applications would be accepted.")
            : authority;
    }

    private static int ReadRate(string? text)
    {
        if (string.IsNullOrEmpty(text)) return new AccessOptions().RequestsPerSecond;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate is >= 1 and <= MostRequests ? rate
            : throw new InvalidOperationException($"Access__RequestsPerSecond must be an integer from 1 to {MostRequests}, got '{text}'.");
    }
}
