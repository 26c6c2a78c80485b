using Linnaeus.Registry.Data;
using Linnaeus.Access;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Access;

/// <summary>Says at the start when a Registry that requires tokens has nobody who could make any.</summary>
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
            app.Logger.LogWarning("Tokens are required and no administrator has one: set Access__BootstrapToken ('openssl rand -hex 32' makes one).");
    }
}
