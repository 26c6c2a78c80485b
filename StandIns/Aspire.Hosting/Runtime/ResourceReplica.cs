using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Runtime;

/// <summary>What a replica needs of the application.</summary>
internal sealed record ReplicaServices(
    ResourceNotificationService Notifications,
    ResourceLoggerService Consoles,
    OrphanReaper Reaper,
    ILogger Log,
    Func<IResource, CancellationToken, Task> WaitForDependencies);

/// <summary>
/// One process of a resource, from start to stop. A process that crashes is started again after 1 s, 2 s, 4 s ... 30 s;
/// one that has lived for a minute starts over at 1 s. (Aspire's own orchestrator leaves a crashed process down.)
/// </summary>
internal sealed class ResourceReplica(ReplicaConfiguration configuration, ReplicaServices services) : IAsyncDisposable
{
    private const int LinesOfCrash = 12;
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SoundLife = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim commands = new(1, 1);
    private readonly Queue<string> lastLines = new();
    private CancellationTokenSource? stop;
    private Task life = Task.CompletedTask;

    public string Id => configuration.Id;

    public IResource Resource => configuration.Resource;

    /// <summary>Starts the process unless it is started already; returns at once.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await commands.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!life.IsCompleted)
                return;
            stop?.Dispose();
            stop = new CancellationTokenSource();
            life = Task.Run(() => LiveAsync(stop.Token), CancellationToken.None);
        }
        finally
        {
            commands.Release();
        }
    }

    /// <summary>Stops the process and waits until it and its descendants are gone.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await commands.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (stop is not null)
                await stop.CancelAsync().ConfigureAwait(false);
            await life.ConfigureAwait(false);
        }
        finally
        {
            commands.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        stop?.Dispose();
        commands.Dispose();
    }

    private async Task LiveAsync(CancellationToken stopping)
    {
        try
        {
            if (Resource.Annotations.OfType<WaitAnnotation>().Any())
            {
                Publish(s => s with { State = KnownResourceStates.Waiting });
                await services.WaitForDependencies(Resource, stopping).ConfigureAwait(false);
            }
            var delay = FirstDelay;
            while (await RunOnceAsync(stopping).ConfigureAwait(false) is { } lived)
            {
                delay = lived > SoundLife ? FirstDelay : delay;
                services.Log.LogWarning("{Resource} is started again in {Delay:0} s.", Resource.Name, delay.TotalSeconds);
                await Task.Delay(delay, stopping).ConfigureAwait(false);
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Publish(s => s with { State = KnownResourceStates.Exited });
        }
        catch (Exception exception)
        {
            // Whatever keeps a process from starting is shown where people look for it: its state, its console and the log.
            var reason = exception is DistributedApplicationException ? exception.Message : exception.ToString();
            Write(reason, isError: true);
            services.Log.LogError("{Resource} did not start: {Reason}", Resource.Name, reason);
            Publish(s => s with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error) });
        }
    }

    /// <summary>Runs the process to its end. Tells how long it lived if it crashed, null if it is not to be started again.</summary>
    private async Task<TimeSpan?> RunOnceAsync(CancellationToken stopping)
    {
        Publish(s => s with
        {
            State = KnownResourceStates.Starting,
            ExitCode = null,
            StopTimeStamp = null,
            HealthReports = ReplicaSnapshot.UnknownHealth(Resource),
        });
        lock (lastLines)
            lastLines.Clear();
        var declared = await configuration.GetEnvironmentAsync(services.Log, stopping).ConfigureAwait(false);
        var arguments = await configuration.GetArgumentsAsync(stopping).ConfigureAwait(false);
        var plan = ReplicaPlan.Create(Resource, arguments, declared);
        stopping.ThrowIfCancellationRequested();

        var started = DateTime.UtcNow;
        var process = ProcessGroup.Start(plan, services.Reaper, Write);
        await using (process.ConfigureAwait(false))
        {
            Publish(s => ReplicaSnapshot.Running(s, plan, declared, process.Id, started));
            await Task.WhenAny(process.Exited, Cancelled(stopping)).ConfigureAwait(false);
            var asked = !process.Exited.IsCompleted;
            if (asked)
            {
                Publish(s => s with { State = KnownResourceStates.Stopping });
                if (await process.StopAsync(StopPatience).ConfigureAwait(false))
                    services.Log.LogWarning("{Resource} did not stop within {Patience:0} s and was killed.", Resource.Name, StopPatience.TotalSeconds);
            }
            var exitCode = await process.Exited.ConfigureAwait(false);
            var crashed = !asked && exitCode != 0;
            Publish(s => ReplicaSnapshot.Ended(s, exitCode, asked, crashed));
            if (!crashed)
                return null;
            services.Log.LogError("{Resource} ended with exit code {ExitCode}. Its last lines:", Resource.Name, exitCode);
            foreach (var line in LastLines())
                services.Log.LogError("{Resource} | {Line}", Resource.Name, line);
            return DateTime.UtcNow - started;
        }
    }

    private void Publish(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        services.Notifications.Publish(Resource, Id, before => ReplicaSnapshot.WithCommands(change(before)));

    private void Write(string line, bool isError)
    {
        services.Consoles.Write(Id, line, isError);
        lock (lastLines)
        {
            lastLines.Enqueue(line);
            if (lastLines.Count > LinesOfCrash)
                lastLines.Dequeue();
        }
    }

    private string[] LastLines()
    {
        lock (lastLines)
            return [.. lastLines];
    }

    private static async Task Cancelled(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (token.Register(cancelled.SetResult).ConfigureAwait(false))
            await cancelled.Task.ConfigureAwait(false);
    }
}
