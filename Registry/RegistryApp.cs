using Linnaeus.Registry.Client;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry;

/// <summary>Builds the Registry's web application; tests start it on a port of their own.</summary>
public static class RegistryApp
{
    /// <summary>The application, its database migrated, not yet listening.</summary>
    public static async Task<WebApplication> BuildAsync(string[] args, CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.ConfigureHttpJsonOptions(options => RegistryJson.Apply(options.SerializerOptions));
        builder.Services.AddRegistryDatabase(builder.Configuration);
        builder.Services.AddProblemDetails();

        var app = builder.Build();
        app.UseMiddleware<ErrorResponses>();
        await DatabaseStartup.MigrateAsync(app.Services, cancellationToken);
        return app;
    }
}
