using System.Security.Cryptography;
using Linnaeus.Access;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Access;

/// <summary>Creates, lists and revokes access tokens.</summary>
internal sealed class TokenStore(RegistryDb db, WriteGate gate, VerifiedTokens verified, TimeProvider time)
{
    private const string Prefix = "lin_";
    private const int RandomBytes = 32;

    /// <param name="request">Validated.</param>
    /// <param name="by">Name of the request's token, if any.</param>
    public async Task<AccessToken> CreateAsync(CreateTokenRequest request, string? by, CancellationToken cancellationToken)
    {
        var secret = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));
        var now = Now;
        var token = new StoredToken
        {
            Name = request.Name!,
            Scope = request.Scope,
            Hash = VerifiedTokens.Hash(secret),
            CreationTime = now,
            CreatedBy = by,
            ExpiryTime = request.ExpiresInDays is { } days ? now + (long)TimeSpan.FromDays(days).TotalMilliseconds : null,
        };
        var added = await gate.WriteAsync(db, stop => db.Database.ExecuteSqlAsync($"""
            INSERT INTO access_tokens (name, scope, hash, creation_time, created_by, expiry_time)
            VALUES ({token.Name}, {token.Scope}, {token.Hash}, {token.CreationTime}, {token.CreatedBy}, {token.ExpiryTime}) ON CONFLICT DO NOTHING
            """, stop), cancellationToken);
        if (added == 0)
            throw RegistryException.AlreadyExists(
                $"A token named '{token.Name}' exists and may have expired. Choose another name, or revoke that token first.");
        return (await Tokens.FirstAsync(t => t.Hash == token.Hash, cancellationToken)).ToContract(secret);
    }

    public async Task<TokenList> ListAsync(CancellationToken cancellationToken) =>
        new((await Tokens.OrderByDescending(t => t.Id).ToListAsync(cancellationToken)).ConvertAll(token => token.ToContract()));

    /// <exception cref="RegistryException">The token does not exist.</exception>
    public async Task RevokeAsync(long id, CancellationToken cancellationToken)
    {
        var token = await Tokens.FirstOrDefaultAsync(t => t.Id == id, cancellationToken)
            ?? throw RegistryException.NotFound($"Token {id} not found.");
        long? now = Now;
        await gate.WriteAsync(db, stop => Tokens.Where(t => t.Id == id && t.RevocationTime == null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevocationTime, now), stop), cancellationToken);
        verified.Forget(token.Hash);
    }

    private DbSet<StoredToken> Tokens => db.Set<StoredToken>();

    private long Now => time.UnixNow();
}
