using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Linnaeus.Access;

/// <summary>Whether callers must show a token.</summary>
public enum AccessMode
{
    /// <summary>Nobody is asked. Only for a service that this machine alone can reach.</summary>
    Open,

    /// <summary>Everything but <c>/health</c> and <c>/alive</c> needs a token.</summary>
    Required,
}

/// <summary>The settings <c>Access:*</c>.</summary>
public sealed record AccessOptions
{
    public const string Section = "Access";
    private const int MostRequests = 1_000_000;

    /// <summary><c>required</c> or <c>open</c>. Unset, a service on loopback addresses alone is open, any other requires tokens.</summary>
    public AccessMode Mode { get; init; }

    /// <summary>Requests that a token may make in a second, on average and at each replica; 4 seconds' worth may come at once.</summary>
    public int RequestsPerSecond { get; init; } = 500;

    /// <summary>An OpenID Connect provider whose access tokens are taken too; null for none.</summary>
    public Uri? Authority { get; init; }

    /// <summary>The <c>aud</c> that its tokens must be for.</summary>
    public string? Audience { get; init; }

    /// <exception cref="InvalidOperationException">The mode is none, or it opens the service to other machines.</exception>
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
                "Access__Authority needs Access__Audience: without it, tokens that the provider made for other programs would open this one.")
            : authority;
    }

    private static int ReadRate(string? text)
    {
        if (string.IsNullOrEmpty(text)) return new AccessOptions().RequestsPerSecond;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate is >= 1 and <= MostRequests ? rate
            : throw new InvalidOperationException($"Access__RequestsPerSecond must be an integer from 1 to {MostRequests}, got '{text}'.");
    }
}
