using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Linnaeus.Registry.Data.Migrations;

/// <summary>Furthest progress of a job's lost workers.</summary>
[DbContext(typeof(RegistryDb))]
[Migration("20261126200000_JobPlaces")]
public sealed class JobPlaces : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.AddColumn<long>("furthest", "jobs", nullable: false, defaultValue: 0L);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropColumn("furthest", "jobs");
}
