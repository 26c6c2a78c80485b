using Linnaeus.Explainer;
using Linnaeus.Registry.Client;
using Linnaeus.Services.Tests.Platform;
using Linnaeus.Trainer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(ServicesFixture))]

namespace Linnaeus.Services.Tests.Platform;

/// <summary>One Trainer and one Explainer in this process, at work for the whole test run on the real Registry of <see cref="RegistryFixture"/>.</summary>
public sealed class ServicesFixture : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("linnaeus-services-").FullName;
    private readonly RegistryFixture platform = new();
    private WebApplication? trainer;
    private WebApplication? explainer;
    private RegistryClient? registry;

    public RegistryClient Registry => registry ?? throw new InvalidOperationException("the fixture has not started");

    public Uri RegistryAddress => platform.Server.Address;

    /// <summary>The blob store that further Registries of a test may share.</summary>
    public AzuriteServer Azurite => platform.Azurite;

    /// <summary>A client whose base address is the Explainer's.</summary>
    public HttpClient Explainer { get; } = new() { Timeout = TimeSpan.FromMinutes(3) };

    public async ValueTask InitializeAsync()
    {
        await platform.InitializeAsync();
        registry = new RegistryClient(new HttpClient { BaseAddress = platform.Server.Address });
        trainer = TrainerApp.Build(
        [
            .. Settings(platform.Server.Address), $"--Trainer:CacheDirectory={folder}/trainer", "--Trainer:Threads=1",
            "--Trainer:WeightsAddress=http://weights.invalid/", "--Trainer:Flowers102Address=http://flowers.invalid/",
        ]);
        explainer = ExplainerApp.Build([.. Settings(platform.Server.Address), $"--Explainer:CacheDirectory={folder}/explainer", "--Explainer:LoadedModels=1"]);
        await trainer.StartAsync();
        await explainer.StartAsync();
        Explainer.BaseAddress = new Uri(explainer.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async ValueTask DisposeAsync()
    {
        Explainer.Dispose();
        foreach (var app in new[] { trainer, explainer })
        {
            if (app is null)
                continue;
            await app.StopAsync();
            await app.DisposeAsync();
        }
        await platform.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Settings of a worker on a free port that finds the Registry at <paramref name="registry"/> and is quick to notice things.</summary>
    public static string[] Settings(Uri registry) =>
    [
        "--urls=http://127.0.0.1:0", $"--services:registry:http:0={registry}", "--Worker:HeartbeatSeconds=0.2", "--Worker:LongestPollSeconds=0.5",
        "--Worker:LeaseSeconds=5",
        "--Logging:LogLevel:Default=Warning",
    ];
}
