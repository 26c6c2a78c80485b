using System.Security.Cryptography;
using System.Text;
using Linnaeus.Registry.Data;
using Linnaeus.Access;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Access;

/// <summary>Looks up tokens in the settings and the database.</summary>
internal sealed class RegistryTokens(ConfiguredTokens configured, IDbContextFactory<RegistryDb> databases, TokenUses uses, TimeProvider time)
    : ITokenSource
{
    public async Task<TokenOwner?> FindAsync(string token, CancellationToken cancellationToken)
    {
        var hash = VerifiedTokens.Hash(token);
        if (configured.Find(hash) is { } owner) return owner;

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var stored = await db.Set<StoredToken>().FirstOrDefaultAsync(t => t.Hash == hash, cancellationToken);
        var now = time.UnixNow();
        if (stored is null || !stored.IsValid(now)
            || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(stored.Hash), Encoding.ASCII.GetBytes(hash))) return null;
        uses.Note(stored, now);
        return new TokenOwner(stored.Name, Enum.Parse<AccessScope>(stored.Scope, ignoreCase: true), StoredToken.Time(stored.ExpiryTime));
    }
}
