using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Linnaeus.Registry.Data.Migrations;

/// <summary>The audit log of aliases and their policies.</summary>
[DbContext(typeof(RegistryDb))]
[Migration("20261126070000_Promotion")]
public sealed class Promotion : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable("alias_moves", t => new
        {
            id = t.Identity(),
            model_id = t.Number(),
            alias = t.Text(migrationBuilder),
            time = t.Number(),
            who = t.Text(migrationBuilder),
            from_version = t.Number(nullable: true),
            to_version = t.Number(nullable: true),
            reason = t.Text(migrationBuilder, nullable: true),
            overridden = t.Text(migrationBuilder, nullable: true),
        }, constraints: t =>
        {
            t.PrimaryKey("PK_alias_moves", x => x.id);
            t.ForeignKey("FK_alias_moves_registered_models_model_id", x => x.model_id, "registered_models", "id", onDelete: ReferentialAction.Cascade);
        });
        migrationBuilder.CreateIndex("IX_alias_moves_model_id_alias_id", "alias_moves", ["model_id", "alias", "id"]);
        migrationBuilder.CreateTable("alias_policies", t => new
        {
            model_id = t.Number(),
            alias = t.Text(migrationBuilder),
            policy = t.Text(migrationBuilder),
        }, constraints: t =>
        {
            t.PrimaryKey("PK_alias_policies", x => new { x.model_id, x.alias });
            t.ForeignKey("FK_alias_policies_registered_models_model_id", x => x.model_id, "registered_models", "id", onDelete: ReferentialAction.Cascade);
        });
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("alias_policies");
        migrationBuilder.DropTable("alias_moves");
    }
}
