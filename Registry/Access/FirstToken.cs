using Linnaeus.Registry.Client;
using Linnaeus.Registry.Data;
using Linnaeus.ServiceDefaults.Access;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Access;

/// <summary>Says at the start when a Registry that requires tokens has nobody who could make any.</summary>
internal static class FirstToken
{
    public static async Task WarnIfMissingAsync(WebApplication app, CancellationToken cancellationToken)
    {
        if (app.Services.GetRequiredService<AccessOptions>().Mode == AccessMode.Open || app.Services.GetRequiredService<ConfiguredTokens>().HasAdmin) return;
        await using var scope = app.Services.CreateAsyncScope();
        var now = scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds();
        if (!await scope.ServiceProvider.GetRequiredService<RegistryDb>().Set<StoredToken>().AnyAsync(
            t => t.Scope == TokenScopes.Admin && t.RevocationTime == null && (t.ExpiryTime == null || t.ExpiryTime > now), cancellationToken))
            app.Logger.LogWarning("Tokens are required and no administrator has one: set Access__BootstrapToken to the output of 'openssl rand -hex 32'.");
    }
}
