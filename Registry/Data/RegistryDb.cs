using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Data;

/// <summary>
/// The Registry's metadata on SQLite or PostgreSQL. Column types are portable: times are epoch milliseconds (<c>long</c>),
/// documents are JSON text, names are snake_case. One entity and its configuration per file; tables are found by their configurations.
/// </summary>
public sealed class RegistryDb(DbContextOptions<RegistryDb> options) : DbContext(options)
{
    public DbSet<Experiment> Experiments => Set<Experiment>();
    public DbSet<ExperimentTag> ExperimentTags => Set<ExperimentTag>();
    public DbSet<Run> Runs => Set<Run>();
    public DbSet<RunTag> RunTags => Set<RunTag>();
    public DbSet<Param> Params => Set<Param>();
    public DbSet<Metric> Metrics => Set<Metric>();
    public DbSet<LatestMetric> LatestMetrics => Set<LatestMetric>();
    public DbSet<Dataset> Datasets => Set<Dataset>();
    public DbSet<RunInput> RunInputs => Set<RunInput>();
    public DbSet<RunModel> RunModels => Set<RunModel>();
    public DbSet<LoggedModel> LoggedModels => Set<LoggedModel>();
    public DbSet<LoggedModelTag> LoggedModelTags => Set<LoggedModelTag>();
    public DbSet<LoggedModelParam> LoggedModelParams => Set<LoggedModelParam>();
    public DbSet<LoggedModelMetric> LoggedModelMetrics => Set<LoggedModelMetric>();
    public DbSet<StoredBlob> Blobs => Set<StoredBlob>();
    public DbSet<UnboundBlob> UnboundBlobs => Set<UnboundBlob>();
    public DbSet<Artifact> Artifacts => Set<Artifact>();
    public DbSet<RegisteredModel> RegisteredModels => Set<RegisteredModel>();
    public DbSet<RegisteredModelTag> RegisteredModelTags => Set<RegisteredModelTag>();
    public DbSet<ModelAlias> ModelAliases => Set<ModelAlias>();
    public DbSet<ModelVersion> ModelVersions => Set<ModelVersion>();
    public DbSet<ModelVersionTag> ModelVersionTags => Set<ModelVersionTag>();
    public DbSet<ModelVersionFile> ModelVersionFiles => Set<ModelVersionFile>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(RegistryDb).Assembly);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(SnakeCase(property.Name));
                // Byte order everywhere, as SQLite has it: sorting and prefix ranges then mean the same on both databases.
                if (Database.IsNpgsql() && property.ClrType == typeof(string)) property.SetCollation("C");
            }
    }

    private static string SnakeCase(string name) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
