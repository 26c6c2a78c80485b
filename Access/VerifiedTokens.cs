using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Linnaeus.Access;

/// <summary>
/// Asks <see cref="ITokenSource"/> and remembers valid tokens, by their SHA-256, for a few seconds: that long a revoked token may still work
/// elsewhere than where it was revoked.
/// </summary>
public sealed class VerifiedTokens(ITokenSource source, TimeProvider time)
{
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Entry> _remembered = new();

    /// <summary>Lower-case hexadecimal SHA-256 of a token, which is how tokens are kept.</summary>
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

    /// <summary>Makes the next request ask the source again.</summary>
    public void Forget(string hash) => _remembered.TryRemove(hash, out _);

    private sealed record Entry(TokenOwner Owner, DateTimeOffset Until);
}
