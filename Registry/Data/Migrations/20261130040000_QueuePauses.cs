using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Linnaeus.Registry.Data.Migrations;

/// <summary>Time since which the queue is paused.</summary>
[DbContext(typeof(RegistryDb))]
[Migration("20261130040000_QueuePauses")]
public sealed class QueuePauses : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.CreateTable("queue_pause", t => new
        {
            id = t.Number(),
            paused_time = t.Number(),
            paused_by = t.Text(migrationBuilder, nullable: true),
        }, constraints: t => t.PrimaryKey("PK_queue_pause", x => x.id));

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("queue_pause");
}
