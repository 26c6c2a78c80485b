using Linnaeus.AppHost;
using Linnaeus.AppHost.Commands;
using Microsoft.Extensions.DependencyInjection;

FatalErrors.TellInOneSentence();
var builder = DistributedApplication.CreateBuilder(args);
var settings = AppHostSettings.Read(builder.Configuration);
var here = Directory.GetCurrentDirectory();

var storage = builder.AddAzurite("storage", settings.Folder("azurite"))
    .WithStorageCommands(settings);
var blobs = builder.AddBlobs("blobs", storage);

var registry = builder.AddService<Projects.Registry>("registry", "BookDatabase")
    .WithReference(blobs).WaitFor(storage)
    .WithDatabase("registrydb")
    .WithLocal("Registry__DataDirectory", settings.Folder("registry"))
    .WithExternalHttpEndpoints()
    .WithRegistryCommands();

var trainer = builder.AddService<Projects.Trainer>("trainer", "BrainCircuit")
    .WithReference(registry).WaitFor(registry)
    .WithLocal("Trainer__BaseDirectory", here)
    .WithLocal("Trainer__CacheDirectory", settings.Folder("cache/trainer"))
    .WithThreads(settings.TrainerThreads)
    .WithTrainerCommands(settings.DrainFile);

var explainer = builder.AddService<Projects.Explainer>("explainer", "Lightbulb")
    .WithReference(registry).WaitFor(registry)
    .WithLocal("Explainer__BaseDirectory", here)
    .WithLocal("Explainer__DatasetsDirectory", settings.Datasets)
    .WithLocal("Explainer__CacheDirectory", settings.Folder("cache/explainer"))
    .WithThreads(settings.ExplainerThreads)
    .WithExternalHttpEndpoints()
    .WithExplainerCommands();

var portal = builder.AddService<Projects.Portal>("portal", "WindowApps")
    .WithReference(registry).WaitFor(registry)
    .WithReference(explainer)
    .WithExternalHttpEndpoints()
    .WithPortalCommands();

if (settings.RequiresTokens || builder.ExecutionContext.IsPublishMode)
    builder.RequireTokens(settings, registry, portal, trainer, explainer);

builder.PlacePorts(settings.PortOffset);
portal.WithLocal("Portal__DashboardUrl", builder.Dashboard());
Links.AddLinks(registry, trainer, explainer, portal);

builder.AddLifetime();
builder.Services.AddSingleton(settings);
builder.Services.AddSingleton(new PlatformAddresses(registry.GetEndpoint("http"), portal.GetEndpoint("http"), settings));
builder.Services.AddHostedService<Welcome>();
if (settings.Quickstart)
    builder.Services.AddHostedService<Quickstart>();

builder.Build().Run();
