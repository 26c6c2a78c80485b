using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;
using Linnaeus.Trainer.Downloads;
using Linnaeus.Trainer.Gpus;
using Linnaeus.Trainer.Runs;
using Linnaeus.Vision.Native;
using TorchSharp;

namespace Linnaeus.Trainer;

/// <summary>Builds the Trainer: a worker whose only HTTP endpoints are health probes.</summary>
public static class TrainerApp
{
    /// <summary>The application, not yet listening.</summary>
    public static WebApplication Build(string[] args)
    {
        LibTorch.Load();
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.Services.AddRegistryClient();
        builder.Services.AddOptions<TrainerOptions>().BindConfiguration(TrainerOptions.Section)
            .PostConfigure(options =>
            {
                options.WeightsDirectory ??= builder.Configuration["WEIGHTS_DIR"];
                options.DatasetsDirectory ??= builder.Configuration["DATASETS_DIR"];
            });
        builder.Services.AddSingleton(_ => new ResumableDownload(ResumableDownload.CreateClient()));
        builder.Services.AddSingleton<OfficialFiles>();
        builder.Services.AddOptions<JobWorkerOptions>().BindConfiguration(JobWorkerOptions.Section);
        builder.Services.AddSingleton(TrainerTelemetry.Source);
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<GpuMonitor>(services, "nvidia-smi"));
        builder.Services.AddHostedService(services => services.GetRequiredService<GpuMonitor>());
        builder.Services.AddSingleton<TrainerTelemetry>();
        builder.Services.AddSingleton<IJobHandler, TrainingJobHandler>();
        builder.Services.AddHostedService<JobWorker>();

        if (builder.Configuration.GetSection(TrainerOptions.Section).Get<TrainerOptions>()?.Threads is { } threads)
            torch.set_num_threads(threads);

        var app = builder.Build();
        app.MapDefaultEndpoints();
        return app;
    }
}
