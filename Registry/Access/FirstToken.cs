using Linnaeus.Registry.Data;
using Linnaeus.Access;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Access;

/// <summary>Warns at startup when a Registry that requires tokens has no administrator.</summary>
internal static class FirstToken
{
    public static async Task WarnIfMissingAsync(WebApplication app, CancellationToken cancellationToken)
    {
        if (app.Services.GetRequiredService<AccessOptions>() is { Mode: AccessMode.Open } or { Authority: not null }
            || app.Services.GetRequiredService<ConfiguredTokens>().HasAdmin) return;
        await using var scope = app.Services.CreateAsyncScope();
        var now = scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds();
        var admins = scope.ServiceProvider.GetRequiredService<RegistryDb>().Set<StoredToken>()
            .Where(t => t.Scope == TokenScopes.Admin && t.RevocationTime == null && (t.ExpiryTime == null || t.ExpiryTime > now));
        if (!await admins.AnyAsync(cancellationToken))
            app.Logger.LogWarning("Tokens are required, but there is no administrator token. Set Access__BootstrapToken, e.g. to the output of 'openssl rand -hex 32'.");
    }
}
