using Linnaeus.Registry.Access;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Comparisons;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Explanations;
using Linnaeus.Registry.Garbage;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Jobs;
using Linnaeus.Registry.Lineage;
using Linnaeus.Registry.Mlflow;
using Linnaeus.Registry.Models;
using Linnaeus.Registry.Promotion;
using Linnaeus.Registry.Tracking;
using Linnaeus.Registry.Uploads;
using Microsoft.AspNetCore.Connections;

namespace Linnaeus.Registry;

/// <summary>Builds the Registry's web application; tests start it on their own port.</summary>
public static class RegistryApp
{
    private static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Builds the application with a migrated database; does not start it.</summary>
    public static async Task<WebApplication> BuildAsync(string[] args, CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, WideBlocks>();
        builder.Services.ConfigureHttpJsonOptions(options => ApiJson.Apply(options.SerializerOptions));
        builder.Services.AddRegistryDatabase(builder.Configuration);
        builder.AddTokens();
        builder.Services.AddTracking();
        builder.Services.AddArtifacts(builder.Configuration);
        builder.Services.AddModels();
        builder.Services.AddUploads();
        builder.Services.AddLineage();
        builder.Services.AddPromotion();
        builder.Services.AddComparison();
        builder.Services.AddJobs();
        builder.Services.AddGarbage();
        builder.Services.AddOpenApi("v1");
        builder.Services.AddHealthChecks()
            .AddCheck<DatabaseHealth>("database", timeout: HealthTimeout).AddCheck<BlobHealth>("blobs", timeout: HealthTimeout)
            .AddCheck<VersionHealth>("versions");

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.UseMiddleware<ErrorResponses>();
        app.UseMiddleware<RequestPaths>();
        app.UseRouting();
        app.UseAccess();
        app.MapMlflow();
        app.MapArtifactFiles();
        app.MapVersionFiles();
        app.MapModels();
        app.MapLineage();
        app.MapAliases();
        app.MapPolicies();
        app.MapComparison();
        app.MapMetricSeries();
        app.MapJobs();
        app.MapExplanations();
        app.MapGarbage();
        app.MapTokens();
        app.MapOpenApi();
        app.MapGet("/version", () => MlflowPaths.Version).ExcludeFromDescription();
        await DatabaseStartup.MigrateAsync(app.Services, cancellationToken);
        await FirstToken.WarnIfMissingAsync(app, cancellationToken);
        return app;
    }
}
