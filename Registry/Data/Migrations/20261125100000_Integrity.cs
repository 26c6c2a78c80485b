using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Linnaeus.Registry.Data.Migrations;

/// <summary>Soft-deleted versions, their lineage, and blobs for garbage collection.</summary>
[DbContext(typeof(RegistryDb))]
[Migration("20261125100000_Integrity")]
public sealed class Integrity : Migration
{
    private static readonly string[] VersionColumns = ["parent_model_id", "parent_version", "deleted_time"];

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var column in VersionColumns)
            migrationBuilder.AddColumn<long>(column, "model_versions", nullable: true);
        migrationBuilder.CreateIndex("IX_model_versions_artifact_path", "model_versions", "artifact_path");
        migrationBuilder.CreateIndex("IX_model_versions_parent_model_id_parent_version", "model_versions", ["parent_model_id", "parent_version"]);
        migrationBuilder.AddColumn<long>("damaged_time", "blobs", nullable: true);
        migrationBuilder.CreateTable("unbound_blobs", t => new
        {
            blob_name = t.Text(migrationBuilder),
            size = t.Number(),
            creation_time = t.Number(),
            abandoned_time = t.Number(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_unbound_blobs", x => x.blob_name));
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("unbound_blobs");
        migrationBuilder.DropColumn("damaged_time", "blobs");
        migrationBuilder.DropIndex("IX_model_versions_parent_model_id_parent_version", "model_versions");
        migrationBuilder.DropIndex("IX_model_versions_artifact_path", "model_versions");
        foreach (var column in VersionColumns)
            migrationBuilder.DropColumn(column, "model_versions");
    }
}
