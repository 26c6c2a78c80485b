using Linnaeus.Explainer.Access;
using Linnaeus.Explainer.Datasets;
using Linnaeus.Explainer.Diagnosis;
using Linnaeus.Explainer.Endpoints;
using Linnaeus.Explainer.Engine;
using Linnaeus.Explainer.Jobs;
using Linnaeus.Explainer.Models;
using Linnaeus.Explainer.Requests;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;
using Linnaeus.Vision.Native;
using Microsoft.Extensions.Options;
using TorchSharp;

namespace Linnaeus.Explainer;

/// <summary>Builds the Explainer; tests start it on a port of their own.</summary>
public static class ExplainerApp
{
    /// <summary>The application, not yet listening.</summary>
    public static WebApplication Build(string[] args)
    {
        LibTorch.Load();
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.Services.ConfigureHttpJsonOptions(options => ApiJson.Apply(options.SerializerOptions));
        builder.Services.AddOpenApi("v1");
        builder.Services.AddRegistryClient();
        builder.AddAccess<RegistryTokenSource>();
        builder.Services.AddOptions<ExplainerOptions>().BindConfiguration(ExplainerOptions.Section)
            .PostConfigure(options => options.DatasetsDirectory ??= builder.Configuration["DATASETS_DIR"]);
        builder.Services.AddOptions<JobWorkerOptions>().BindConfiguration(JobWorkerOptions.Section);
        builder.Services.AddSingleton(services => services.GetRequiredService<IOptions<ExplainerOptions>>().Value);
        builder.Services.AddSingleton(ExplainerTelemetry.Source);
        builder.Services.AddSingleton<ExplainerTelemetry>();
        builder.Services.AddSingleton<RegisteredVersions>();
        builder.Services.AddSingleton<VersionFiles>();
        builder.Services.AddSingleton<ModelCache>();
        builder.Services.AddSingleton<ComputeQueue>();
        builder.Services.AddSingleton<ExplanationEngine>();
        builder.Services.AddSingleton<ExplanationStore>();
        builder.Services.AddSingleton<RequestedImages>();
        builder.Services.AddSingleton<ExplanationService>();
        builder.Services.AddSingleton<ComparisonService>();
        builder.Services.AddSingleton<PredictionService>();
        builder.Services.AddSingleton<DiagnosisStore>();
        builder.Services.AddSingleton<OpenedDatasets>();
        builder.Services.AddSingleton<RequestedDataset>();
        AddWorker<ExplainJobHandler>(builder.Services);
        AddWorker<DiagnoseJobHandler>(builder.Services); // a worker of its own, so that explanations of a new version do not wait for a whole dataset

        // Base64 is a third longer than the image itself.
        var largest = (builder.Configuration.GetSection(ExplainerOptions.Section).Get<ExplainerOptions>() ?? new()).MaximumImageBytes;
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = (largest * 3L / 2) + 65_536);

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.UseAccess();
        app.MapExplanations();
        app.MapDiagnoses();
        app.MapPredictions();
        app.MapDatasets();
        app.MapOpenApi();
        if (app.Services.GetRequiredService<ExplainerOptions>().Threads is { } threads)
            torch.set_num_threads(threads);
        return app;
    }

    private static void AddWorker<THandler>(IServiceCollection services)
        where THandler : class, IJobHandler
    {
        services.AddSingleton<THandler>();
        services.AddSingleton<IHostedService>(
            provider => ActivatorUtilities.CreateInstance<JobWorker>(provider, provider.GetRequiredService<THandler>()));
    }
}
