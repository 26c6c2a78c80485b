using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>An application of several processes, run together on this machine.</summary>
public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost host;
    private readonly EntryPointCapture? captured;
    private int disposed;

    internal DistributedApplication(IHost host, EntryPointCapture? captured)
    {
        this.host = host;
        this.captured = captured;
    }

    public IServiceProvider Services => host.Services;

    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    private Orchestrator Orchestrator => Services.GetRequiredService<Orchestrator>();

    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    public static IDistributedApplicationBuilder CreateBuilder(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        return CreateBuilder(new DistributedApplicationOptions { Args = args });
    }

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (EntryPointCapture.Current is null)
            FatalErrors.TellInOneSentence();
        return new DistributedApplicationBuilder(options);
    }

    /// <summary>Runs until Ctrl+C or SIGTERM, then stops every resource.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Runs until <paramref name="cancellationToken"/>, Ctrl+C or SIGTERM.</summary>
    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (captured is not null)
        {
            // The test that captured the AppHost's entry point starts and stops the application itself.
            await captured.Finished.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }
        await using (this.ConfigureAwait(false))
        {
            await StartAsync(cancellationToken).ConfigureAwait(false);
            await host.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Starts every resource; returns when they have been told to, not when they run.</summary>
    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (Services.GetRequiredService<DistributedApplicationExecutionContext>().IsPublishMode)
            throw new DistributedApplicationException("Publishing needs the real Aspire packages (build with -p:StandIns=false); the Kubernetes manifests of this repository are in infra/k8s.");
        await Orchestrator.StartAsync(cancellationToken).ConfigureAwait(false);
        await host.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops every resource, those first that others do not depend on.</summary>
    public virtual async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await host.StopAsync(cancellationToken).ConfigureAwait(false);
        await Orchestrator.StopAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public virtual void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        await Orchestrator.StopAsync().ConfigureAwait(false);
        captured?.Finish();
        await ((IAsyncDisposable)host).DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}
