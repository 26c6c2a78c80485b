using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Data;

/// <summary>
/// The Registry's metadata on SQLite or PostgreSQL. Column types are portable: times are epoch milliseconds (<c>long</c>),
/// documents are JSON text, names are snake_case. Each entity's file contains its configuration, which registers the table.
/// </summary>
public sealed class RegistryDb(DbContextOptions<RegistryDb> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(RegistryDb).Assembly);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(SnakeCase(property.Name));
                // Byte order as on SQLite, so that sorting and prefix ranges are the same on both databases.
                if (Database.IsNpgsql() && property.ClrType == typeof(string)) property.SetCollation("C");
            }
    }

    private static string SnakeCase(string name) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
