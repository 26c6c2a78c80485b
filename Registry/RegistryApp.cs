using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Explanations;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Jobs;
using Linnaeus.Registry.Mlflow;
using Linnaeus.Registry.Tracking;

namespace Linnaeus.Registry;

/// <summary>Builds the Registry's web application; tests start it on a port of their own.</summary>
public static class RegistryApp
{
    /// <summary>The application, its database migrated, not yet listening.</summary>
    public static async Task<WebApplication> BuildAsync(string[] args, CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.Services.ConfigureHttpJsonOptions(options => RegistryJson.Apply(options.SerializerOptions));
        builder.Services.AddRegistryDatabase(builder.Configuration);
        builder.Services.AddTracking();
        builder.Services.AddArtifacts(builder.Configuration);
        builder.Services.AddJobs();

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.UseMiddleware<ErrorResponses>();
        app.UseMiddleware<RequestPaths>();
        app.UseRouting();
        app.MapMlflow();
        app.MapArtifactFiles();
        app.MapJobs();
        app.MapExplanations();
        await DatabaseStartup.MigrateAsync(app.Services, cancellationToken);
        return app;
    }
}
