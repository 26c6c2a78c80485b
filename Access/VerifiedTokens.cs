using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Linnaeus.Access;

/// <summary>
/// Caches valid tokens of <see cref="ITokenSource"/> by their SHA-256 for a few seconds. A revoked token may still work that long
/// at other services and replicas.
/// </summary>
public sealed class VerifiedTokens(ITokenSource source, TimeProvider time)
{
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Entry> _remembered = new();

    /// <summary>Lowercase hexadecimal SHA-256 of a token, the form in which tokens are stored.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    public async ValueTask<TokenOwner?> FindAsync(string token, CancellationToken cancellationToken)
    {
        var hash = Hash(token);
        var now = time.GetUtcNow();
        if (_remembered.TryGetValue(hash, out var entry) && now < entry.Until) return entry.Owner;
        if (await source.FindAsync(token, cancellationToken) is not { } owner)
        {
            _remembered.TryRemove(hash, out _);
            return null;
        }
        if (_remembered.Count >= MostRemembered) _remembered.Clear();
        var until = now + Lifetime;
        _remembered[hash] = new Entry(owner, owner.ExpiresAt < until ? owner.ExpiresAt.Value : until);
        return owner;
    }

    /// <summary>Removes the token from the cache.</summary>
    public void Forget(string hash) => _remembered.TryRemove(hash, out _);

    private sealed record Entry(TokenOwner Owner, DateTimeOffset Until);
}
