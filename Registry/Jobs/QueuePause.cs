using Linnaeus.Registry.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Jobs;

/// <summary>The single row that exists while the queue is paused.</summary>
public sealed class QueuePause : IEntityTypeConfiguration<QueuePause>
{
    public const long TheOne = 1;

    public long Id { get; set; } = TheOne;
    public long PausedTime { get; set; }

    /// <summary>Name of the token that paused it; null where the Registry is open.</summary>
    public string? PausedBy { get; set; }

    public void Configure(EntityTypeBuilder<QueuePause> builder)
    {
        builder.ToTable("queue_pause");
        builder.HasKey(p => p.Id);
        builder.Property(p => p.Id).ValueGeneratedNever();
    }
}

/// <summary>Pauses and resumes the queue. Running jobs continue, and new jobs are accepted.</summary>
public sealed class QueueValve(RegistryDb db, WriteGate gate, TimeProvider time)
{
    public Task<bool> IsPausedAsync(CancellationToken cancellationToken) => db.Set<QueuePause>().AnyAsync(cancellationToken);

    public async Task<QueueState> GetAsync(CancellationToken cancellationToken)
    {
        var counts = await db.Set<QueuedJob>().Where(j => j.Status == JobStates.Queued || j.Status == JobStates.Leased)
            .GroupBy(j => j.Status).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var pause = await db.Set<QueuePause>().AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        return new QueueState
        {
            Paused = pause is not null,
            PausedAt = pause is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(pause.PausedTime),
            PausedBy = pause?.PausedBy,
            Queued = counts.GetValueOrDefault(JobStates.Queued),
            Leased = counts.GetValueOrDefault(JobStates.Leased),
        };
    }

    /// <summary>Workers get no jobs until the queue is resumed, also after a restart.</summary>
    public async Task<QueueState> PauseAsync(string? by, CancellationToken cancellationToken)
    {
        var now = time.UnixNow();
        await gate.WriteAsync(db, token => db.Database.ExecuteSqlAsync(
            $"INSERT INTO queue_pause (id, paused_time, paused_by) VALUES ({QueuePause.TheOne}, {now}, {by}) ON CONFLICT DO NOTHING", token), cancellationToken);
        return await GetAsync(cancellationToken);
    }

    /// <summary>Lets workers lease jobs again.</summary>
    public async Task<QueueState> ResumeAsync(CancellationToken cancellationToken)
    {
        await gate.WriteAsync(db, token => db.Set<QueuePause>().ExecuteDeleteAsync(token), cancellationToken);
        return await GetAsync(cancellationToken);
    }
}
