using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Linnaeus.Registry.Data.Migrations;

/// <summary>Jobs that belong to a sweep.</summary>
[DbContext(typeof(RegistryDb))]
[Migration("20261126030000_Sweeps")]
public sealed class Sweeps : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("sweep_id", "jobs", nullable: true, collation: migrationBuilder.IsSqlite() ? null : "C");
        migrationBuilder.CreateIndex("IX_jobs_sweep_id", "jobs", "sweep_id");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropIndex("IX_jobs_sweep_id", "jobs");
        migrationBuilder.DropColumn("sweep_id", "jobs");
    }
}
