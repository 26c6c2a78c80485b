using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Linnaeus.Registry.Data.Migrations;

/// <summary>Tracking, artifacts and the model registry.</summary>
[DbContext(typeof(RegistryDb))]
[Migration("20261121000000_Initial")]
public sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        CreateExperiments(migrationBuilder);
        CreateRuns(migrationBuilder);
        CreateRunData(migrationBuilder);
        CreateMetrics(migrationBuilder);
        CreateDatasets(migrationBuilder);
        CreateArtifacts(migrationBuilder);
        CreateRegisteredModels(migrationBuilder);
        CreateModelVersions(migrationBuilder);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        string[] tables =
        [
            "model_version_files", "model_version_tags", "model_aliases", "model_versions", "registered_model_tags", "registered_models",
            "artifacts", "blobs", "run_models", "run_inputs", "datasets", "latest_metrics", "metrics", "params", "run_tags", "runs",
            "experiment_tags", "experiments",
        ];
        foreach (var table in tables) migrationBuilder.DropTable(table);
    }

    private static void CreateExperiments(MigrationBuilder m)
    {
        m.CreateTable("experiments", t => new
        {
            id = t.Identity(),
            name = t.Text(m),
            artifact_location = t.Text(m),
            creation_time = t.Number(),
            last_update_time = t.Number(),
            deleted = t.Flag(),
        }, constraints: t => t.PrimaryKey("PK_experiments", x => x.id));
        m.CreateIndex("IX_experiments_name", "experiments", "name", unique: true);

        m.CreateTable("experiment_tags", t => new { experiment_id = t.Number(), key = t.Text(m), value = t.Text(m) }, constraints: t =>
        {
            t.PrimaryKey("PK_experiment_tags", x => new { x.experiment_id, x.key });
            t.ForeignKey("FK_experiment_tags_experiments_experiment_id", x =>
                x.experiment_id, "experiments", "id", onDelete: ReferentialAction.Cascade);
        });
    }

    private static void CreateRuns(MigrationBuilder m)
    {
        m.CreateTable("runs", t => new
        {
            id = t.Identity(),
            run_id = t.Text(m),
            experiment_id = t.Number(),
            name = t.Text(m),
            user_id = t.Text(m),
            status = t.Text(m),
            start_time = t.Number(),
            end_time = t.Number(nullable: true),
            artifact_uri = t.Text(m),
            deleted_time = t.Number(nullable: true),
        }, constraints: t =>
        {
            t.PrimaryKey("PK_runs", x => x.id);
            t.ForeignKey("FK_runs_experiments_experiment_id", x =>
                x.experiment_id, "experiments", "id", onDelete: ReferentialAction.Cascade);
        });
        m.CreateIndex("IX_runs_run_id", "runs", "run_id", unique: true);
        m.CreateIndex("IX_runs_experiment_id_start_time_run_id", "runs", ["experiment_id", "start_time", "run_id"],
            descending: [false, true, false]);
    }

    private static void CreateRunData(MigrationBuilder m)
    {
        foreach (var table in new[] { "run_tags", "params" })
            m.CreateTable(table, t => new { run_key = t.Number(), key = t.Text(m), value = t.Text(m) }, constraints: t =>
            {
                t.PrimaryKey("PK_" + table, x => new { x.run_key, x.key });
                t.ForeignKey($"FK_{table}_runs_run_key", x => x.run_key, "runs", "id", onDelete: ReferentialAction.Cascade);
            });
    }

    private static void CreateMetrics(MigrationBuilder m)
    {
        foreach (var table in new[] { "metrics", "latest_metrics" })
            m.CreateTable(table, t => new
            {
                run_key = t.Number(),
                key = t.Text(m),
                timestamp = t.Number(),
                step = t.Number(),
                value = t.Real(),
                is_nan = t.Flag(),
            }, constraints: t =>
            {
                if (table == "metrics") t.PrimaryKey("PK_metrics", x => new { x.run_key, x.key, x.timestamp, x.step, x.value, x.is_nan });
                else t.PrimaryKey("PK_latest_metrics", x => new { x.run_key, x.key });
                t.ForeignKey($"FK_{table}_runs_run_key", x => x.run_key, "runs", "id", onDelete: ReferentialAction.Cascade);
            });
    }

    private static void CreateDatasets(MigrationBuilder m)
    {
        m.CreateTable("datasets", t => new
        {
            id = t.Identity(),
            experiment_id = t.Number(),
            name = t.Text(m),
            digest = t.Text(m),
            source_type = t.Text(m),
            source = t.Text(m),
            schema = t.Text(m, nullable: true),
            profile = t.Text(m, nullable: true),
        }, constraints: t =>
        {
            t.PrimaryKey("PK_datasets", x => x.id);
            t.ForeignKey("FK_datasets_experiments_experiment_id", x =>
                x.experiment_id, "experiments", "id", onDelete: ReferentialAction.Cascade);
        });
        m.CreateIndex("IX_datasets_experiment_id_name_digest", "datasets", ["experiment_id", "name", "digest"], unique: true);

        m.CreateTable("run_inputs", t =>
            new { run_key = t.Number(), dataset_id = t.Number(), tags = t.Text(m), context = t.Text(m, nullable: true) }, constraints: t =>
        {
            t.PrimaryKey("PK_run_inputs", x => new { x.run_key, x.dataset_id });
            t.ForeignKey("FK_run_inputs_runs_run_key", x => x.run_key, "runs", "id", onDelete: ReferentialAction.Cascade);
            t.ForeignKey("FK_run_inputs_datasets_dataset_id", x => x.dataset_id, "datasets", "id", onDelete: ReferentialAction.Cascade);
        });
        m.CreateIndex("IX_run_inputs_dataset_id", "run_inputs", "dataset_id");

        m.CreateTable("run_models", t =>
            new { run_key = t.Number(), model_id = t.Text(m), is_output = t.Flag(), step = t.Number() }, constraints: t =>
        {
            t.PrimaryKey("PK_run_models", x => new { x.run_key, x.model_id, x.is_output });
            t.ForeignKey("FK_run_models_runs_run_key", x => x.run_key, "runs", "id", onDelete: ReferentialAction.Cascade);
        });
    }

    private static void CreateArtifacts(MigrationBuilder m)
    {
        m.CreateTable("blobs", t => new { sha256 = t.Text(m), size = t.Number(), blob_name = t.Text(m), creation_time = t.Number() },
            constraints: t => t.PrimaryKey("PK_blobs", x => x.sha256));

        m.CreateTable("artifacts", t =>
            new { path = t.Text(m), sha256 = t.Text(m), size = t.Number(), creation_time = t.Number() }, constraints: t =>
        {
            t.PrimaryKey("PK_artifacts", x => x.path);
            t.ForeignKey("FK_artifacts_blobs_sha256", x => x.sha256, "blobs", "sha256", onDelete: ReferentialAction.Restrict);
        });
        m.CreateIndex("IX_artifacts_sha256", "artifacts", "sha256");
    }

    private static void CreateRegisteredModels(MigrationBuilder m)
    {
        m.CreateTable("registered_models", t => new
        {
            id = t.Identity(),
            name = t.Text(m),
            description = t.Text(m, nullable: true),
            creation_time = t.Number(),
            last_update_time = t.Number(),
            last_version = t.Number(),
        }, constraints: t => t.PrimaryKey("PK_registered_models", x => x.id));
        m.CreateIndex("IX_registered_models_name", "registered_models", "name", unique: true);

        m.CreateTable("registered_model_tags", t => new { model_id = t.Number(), key = t.Text(m), value = t.Text(m) }, constraints: t =>
        {
            t.PrimaryKey("PK_registered_model_tags", x => new { x.model_id, x.key });
            t.ForeignKey("FK_registered_model_tags_registered_models_model_id", x =>
                x.model_id, "registered_models", "id", onDelete: ReferentialAction.Cascade);
        });
    }

    private static void CreateModelVersions(MigrationBuilder m)
    {
        m.CreateTable("model_versions", t => new
        {
            model_id = t.Number(),
            version = t.Number(),
            creation_time = t.Number(),
            last_update_time = t.Number(),
            user_id = t.Text(m),
            stage = t.Text(m),
            description = t.Text(m, nullable: true),
            source = t.Text(m),
            run_id = t.Text(m, nullable: true),
            run_link = t.Text(m, nullable: true),
            status = t.Text(m),
            status_message = t.Text(m, nullable: true),
            logged_model_id = t.Text(m, nullable: true),
            artifact_path = t.Text(m, nullable: true),
            files_digest = t.Text(m, nullable: true),
            traceparent = t.Text(m, nullable: true),
        }, constraints: t =>
        {
            t.PrimaryKey("PK_model_versions", x => new { x.model_id, x.version });
            t.ForeignKey("FK_model_versions_registered_models_model_id", x =>
                x.model_id, "registered_models", "id", onDelete: ReferentialAction.Cascade);
        });
        m.CreateIndex("IX_model_versions_run_id", "model_versions", "run_id");
        m.CreateIndex("IX_model_versions_creation_time", "model_versions", "creation_time");

        CreateVersionTable(m, "model_aliases", t =>
            new { model_id = t.Number(), alias = t.Text(m), display_name = t.Text(m), version = t.Number() },
            x => new { x.model_id, x.alias }, x => new { x.model_id, x.version });
        m.CreateIndex("IX_model_aliases_model_id_version", "model_aliases", ["model_id", "version"]);
        CreateVersionTable(m, "model_version_tags", t =>
            new { model_id = t.Number(), version = t.Number(), key = t.Text(m), value = t.Text(m) },
            x => new { x.model_id, x.version, x.key }, x => new { x.model_id, x.version });

        m.CreateTable("model_version_files", t => new
        {
            model_id = t.Number(),
            version = t.Number(),
            path = t.Text(m),
            size = t.Number(),
            sha256 = t.Text(m),
        }, constraints: t =>
        {
            t.PrimaryKey("PK_model_version_files", x => new { x.model_id, x.version, x.path });
            t.ForeignKey("FK_model_version_files_model_versions_model_id_version", x => new { x.model_id, x.version }, "model_versions",
                ["model_id", "version"], onDelete: ReferentialAction.Cascade);
            t.ForeignKey("FK_model_version_files_blobs_sha256", x => x.sha256, "blobs", "sha256", onDelete: ReferentialAction.Restrict);
        });
        m.CreateIndex("IX_model_version_files_sha256", "model_version_files", "sha256");
    }

    private static void CreateVersionTable<T>(MigrationBuilder m, string table,
        Func<Microsoft.EntityFrameworkCore.Migrations.Operations.Builders.ColumnsBuilder, T> columns,
        System.Linq.Expressions.Expression<Func<T, object>> key, System.Linq.Expressions.Expression<Func<T, object>> version) =>
        m.CreateTable(table, columns, constraints: t =>
        {
            t.PrimaryKey("PK_" + table, key);
            t.ForeignKey($"FK_{table}_model_versions_model_id_version", version, "model_versions", ["model_id", "version"],
                onDelete: ReferentialAction.Cascade);
        });
}
