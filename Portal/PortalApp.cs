using Linnaeus.Portal.Access;
using Linnaeus.Portal.Components;
using Linnaeus.Portal.Endpoints;
using Linnaeus.Portal.Live;
using Linnaeus.Registry.Client;
using Microsoft.AspNetCore.Components;

namespace Linnaeus.Portal;

/// <summary>Builds the Portal: web pages over the HTTP APIs of the services.</summary>
public static class PortalApp
{
    /// <returns>The application, not yet listening.</returns>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        // People wait for a page: show an outage at once, and let the page retry.
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["HttpResilience:Retries"] = "1", ["HttpResilience:BreakDuration"] = "00:00:01" });
        builder.Configuration.AddEnvironmentVariables().AddCommandLine(args);
        builder.AddServiceDefaults();
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRegistryClient();
        builder.Services.AddExplainerClient();
        builder.AddPortalAccess();
        builder.Services.AddScoped<RegistryLink>();
        builder.Services.AddSingleton(Dashboard.From(builder.Configuration));
        builder.Services.AddSingleton(typeof(PersistentComponentStateSerializer<>), typeof(ClientStateSerializer<>));
        // The state of a prerendered page comes back through the circuit.
        builder.Services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(hub => hub.MaximumReceiveMessageSize = 1 << 20);

        var app = builder.Build();
        // In every environment: visitors have no use for a stack trace, and the log has it under the trace ID shown.
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseMiddleware<PageSecurity>();
        app.UsePortalAccess();
        app.MapDefaultEndpoints();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapArtifacts();
        app.MapComparison();
        app.MapDatasets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }
}
