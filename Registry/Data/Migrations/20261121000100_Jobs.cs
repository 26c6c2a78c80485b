using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Linnaeus.Registry.Data.Migrations;

/// <summary>The job queue and the explanations.</summary>
[DbContext(typeof(RegistryDb))]
[Migration("20261121000100_Jobs")]
public sealed class Jobs : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        CreateJobs(migrationBuilder);
        CreateExplanations(migrationBuilder);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("explanations");
        migrationBuilder.DropTable("jobs");
    }

    private static void CreateJobs(MigrationBuilder m)
    {
        m.CreateTable("jobs", t => new
        {
            id = t.Identity(),
            job_id = t.Text(m),
            kind = t.Text(m),
            status = t.Text(m),
            spec = t.Text(m),
            run_id = t.Text(m, nullable: true),
            traceparent = t.Text(m, nullable: true),
            attempts = t.Number(),
            expiries = t.Number(),
            cancel_requested = t.Flag(),
            worker = t.Text(m, nullable: true),
            lease_token = t.Text(m, nullable: true),
            leased_time = t.Number(nullable: true),
            lease_expiry_time = t.Number(nullable: true),
            progress = t.Text(m, nullable: true),
            result = t.Text(m, nullable: true),
            error = t.Text(m, nullable: true),
            creation_time = t.Number(),
            start_time = t.Number(nullable: true),
            end_time = t.Number(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_jobs", x => x.id));
        m.CreateIndex("IX_jobs_job_id", "jobs", "job_id", unique: true);
        m.CreateIndex("IX_jobs_status_kind_id", "jobs", ["status", "kind", "id"]);
    }

    private static void CreateExplanations(MigrationBuilder m)
    {
        m.CreateTable("explanations", t => new
        {
            id = t.Text(m),
            model = t.Text(m),
            version = t.Text(m),
            method = t.Text(m),
            run_id = t.Text(m),
            artifact_path = t.Text(m),
            summary = t.Text(m),
            creation_time = t.Number(),
        }, constraints: t => t.PrimaryKey("PK_explanations", x => x.id));
        m.CreateIndex("IX_explanations_model_version_creation_time", "explanations", ["model", "version", "creation_time"]);
    }
}
