using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Linnaeus.Registry.Data.Migrations;

/// <summary>Hashed access tokens.</summary>
[DbContext(typeof(RegistryDb))]
[Migration("20261126120000_AccessTokens")]
public sealed class AccessTokens : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable("access_tokens", t => new
        {
            id = t.Identity(),
            name = t.Text(migrationBuilder),
            scope = t.Text(migrationBuilder),
            hash = t.Text(migrationBuilder),
            creation_time = t.Number(),
            created_by = t.Text(migrationBuilder, nullable: true),
            expiry_time = t.Number(nullable: true),
            revocation_time = t.Number(nullable: true),
            last_use_time = t.Number(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_access_tokens", x => x.id));
        migrationBuilder.CreateIndex("IX_access_tokens_hash", "access_tokens", "hash", unique: true);
        migrationBuilder.CreateIndex("IX_access_tokens_name", "access_tokens", "name", unique: true, filter: "revocation_time IS NULL");
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("access_tokens");
}
