using Linnaeus.AppHost;
using Microsoft.Extensions.DependencyInjection;

var builder = DistributedApplication.CreateBuilder(args);
var settings = AppHostSettings.Read(builder.Configuration);

var storage = builder.AddAzurite("storage", settings.Folder("azurite"));
var blobs = builder.AddBlobs("blobs", storage);

var registry = builder.AddProject<Projects.Registry>("registry")
    .WithReference(blobs).WaitFor(storage)
    .WithEnvironment("Registry__DataDirectory", settings.Folder("registry"))
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints();

var trainer = builder.AddProject<Projects.Trainer>("trainer")
    .WithReference(registry).WaitFor(registry)
    .WithEnvironment("Trainer__BaseDirectory", Directory.GetCurrentDirectory())
    .WithEnvironment("Trainer__CacheDirectory", settings.Folder("cache/trainer"))
    .WithThreads(settings.TrainerThreads)
    .WithHttpHealthCheck("/health");

var explainer = builder.AddProject<Projects.Explainer>("explainer")
    .WithReference(registry).WaitFor(registry)
    .WithEnvironment("Explainer__BaseDirectory", Directory.GetCurrentDirectory())
    .WithEnvironment("Explainer__DatasetsDirectory", Environment.GetEnvironmentVariable("DATASETS_DIR") ?? settings.Folder("cache/trainer/datasets"))
    .WithEnvironment("Explainer__CacheDirectory", settings.Folder("cache/explainer"))
    .WithThreads(settings.ExplainerThreads)
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints();

var portal = builder.AddProject<Projects.Portal>("portal")
    .WithReference(registry).WaitFor(registry)
    .WithReference(explainer)
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints();

string? adminToken = null;
if (settings.RequiresTokens)
{
    adminToken = PlatformAccess.Secret(settings.AdminTokenFile);
    registry.WithEnvironment("Access__Mode", AppHostSettings.AccessRequired).WithEnvironment("Access__BootstrapToken", adminToken);
    trainer.WithTokenFor(registry);
    explainer.WithTokenFor(registry);
    // It has no token: it asks the services with its visitors'.
    portal.WithEnvironment("Access__Mode", AppHostSettings.AccessRequired).WithEnvironment("Portal__SessionSecret", PlatformAccess.Secret(settings.SessionSecretFile));
}

builder.MovePorts(settings.PortOffset);
builder.Services.AddSingleton(new PlatformAddresses(registry.GetEndpoint("http"), portal.GetEndpoint("http"), adminToken));
builder.Services.AddSingleton(settings);
builder.Services.AddHostedService<Welcome>();
if (settings.Quickstart)
    builder.Services.AddHostedService<Quickstart>();

builder.Build().Run();
