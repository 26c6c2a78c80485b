using System.Threading.Channels;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Access;

/// <summary>Records in the background when a token was last used, at most once a minute per token.</summary>
internal sealed class TokenUses(IDbContextFactory<RegistryDb> databases, WriteGate gate, ILogger<TokenUses> logger) : BackgroundService
{
    private const long MinuteMilliseconds = 60_000;

    // A dropped entry is recorded at the token's next use.
    private readonly Channel<(long Id, long Time)> _noted =
        Channel.CreateBounded<(long, long)>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Note(StoredToken token, long now)
    {
        if (token.LastUseTime is null || now - token.LastUseTime >= MinuteMilliseconds) _noted.Writer.TryWrite((token.Id, now));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (id, time) in _noted.Reader.ReadAllAsync(stoppingToken)) await WriteAsync(id, time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return; // the Registry is stopping
        }
    }

    private async Task WriteAsync(long id, long time, CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            long? use = time;
            var due = time - MinuteMilliseconds; // another replica or an earlier entry may have written it
            await gate.WriteAsync(db, stop => db.Set<StoredToken>().Where(t => t.Id == id && (t.LastUseTime == null || t.LastUseTime <= due))
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUseTime, use), stop), cancellationToken);
        }
        catch (Exception error) when (ErrorResponses.IsOutage(error))
        {
            logger.LogWarning(error, "Last use of token {Id} not recorded: database unavailable.", id);
        }
    }
}
