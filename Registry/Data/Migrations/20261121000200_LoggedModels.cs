using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Linnaeus.Registry.Data.Migrations;

/// <summary>The logged models of MLflow 3.</summary>
[DbContext(typeof(RegistryDb))]
[Migration("20261121000200_LoggedModels")]
public sealed class LoggedModels : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        CreateModels(migrationBuilder);
        foreach (var table in new[] { "logged_model_tags", "logged_model_params" })
            migrationBuilder.CreateTable(table, t => new
            {
                model_key = t.Number(),
                key = t.Text(migrationBuilder),
                value = t.Text(migrationBuilder)
            }, constraints: t =>
            {
                t.PrimaryKey("PK_" + table, x => new { x.model_key, x.key });
                t.ForeignKey($"FK_{table}_logged_models_model_key", x => x.model_key, "logged_models", "id",
                    onDelete: ReferentialAction.Cascade);
            });
        CreateMetrics(migrationBuilder);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var table in new[] { "logged_model_metrics", "logged_model_params", "logged_model_tags", "logged_models" })
            migrationBuilder.DropTable(table);
    }

    private static void CreateModels(MigrationBuilder m)
    {
        m.CreateTable("logged_models", t => new
        {
            id = t.Identity(),
            model_id = t.Text(m),
            experiment_id = t.Number(),
            name = t.Text(m),
            model_type = t.Text(m, nullable: true),
            source_run_id = t.Text(m, nullable: true),
            status = t.Text(m),
            artifact_uri = t.Text(m),
            creation_time = t.Number(),
            last_update_time = t.Number(),
            deleted_time = t.Number(nullable: true),
        }, constraints: t =>
        {
            t.PrimaryKey("PK_logged_models", x => x.id);
            t.ForeignKey("FK_logged_models_experiments_experiment_id", x => x.experiment_id, "experiments", "id",
                onDelete: ReferentialAction.Cascade);
        });
        m.CreateIndex("IX_logged_models_model_id", "logged_models", "model_id", unique: true);
        m.CreateIndex("IX_logged_models_experiment_id_creation_time_model_id", "logged_models",
            ["experiment_id", "creation_time", "model_id"], descending: [false, true, false]);
    }

    private static void CreateMetrics(MigrationBuilder m)
    {
        m.CreateTable("logged_model_metrics", t => new
        {
            model_key = t.Number(),
            key = t.Text(m),
            run_key = t.Number(),
            dataset_name = t.Text(m),
            dataset_digest = t.Text(m),
            timestamp = t.Number(),
            step = t.Number(),
            value = t.Real(),
            is_nan = t.Flag(),
        }, constraints: t =>
        {
            t.PrimaryKey("PK_logged_model_metrics", x => new
            {
                x.model_key,
                x.key,
                x.timestamp,
                x.step,
                x.run_key,
                x.dataset_name,
                x.dataset_digest,
                x.value,
                x.is_nan
            });
            t.ForeignKey("FK_logged_model_metrics_logged_models_model_key", x => x.model_key, "logged_models", "id",
                onDelete: ReferentialAction.Cascade);
            t.ForeignKey("FK_logged_model_metrics_runs_run_key", x => x.run_key, "runs", "id", onDelete: ReferentialAction.Cascade);
        });
        m.CreateIndex("IX_logged_model_metrics_run_key", "logged_model_metrics", "run_key");
    }
}
