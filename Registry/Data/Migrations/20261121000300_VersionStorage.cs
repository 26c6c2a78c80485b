using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Linnaeus.Registry.Data.Migrations;

/// <summary>Locations of the files of copied versions.</summary>
[DbContext(typeof(RegistryDb))]
[Migration("20261121000300_VersionStorage")]
public sealed class VersionStorage : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.AddColumn<string>("storage_uri", "model_versions",
        nullable: true, collation: migrationBuilder.IsSqlite() ? null : "C");

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropColumn("storage_uri", "model_versions");
}
