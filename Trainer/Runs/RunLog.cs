using System.Globalization;
using System.Net;
using System.Text;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;

namespace Linnaeus.Trainer.Runs;

/// <summary>
/// The log of a run from information level up, stored as <c>logs/training.log</c>: one line per message, with UTC time. The log of a
/// previous worker is continued.
/// </summary>
internal sealed class RunLog(ILogger logger, TimeProvider time) : ILogger
{
    public const string Path = "logs/training.log";

    /// <summary>Maximum number of characters; the newest are kept.</summary>
    private const int Longest = 1 << 20;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastTime = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private readonly StringBuilder lines = new();
    private bool changed;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => logger.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information || logger.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        logger.Log(logLevel, eventId, state, exception, formatter);
        if (logLevel < LogLevel.Information)
            return;
        var now = time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        lock (gate)
        {
            lines.Append(now).Append(' ').Append(Word(logLevel)).Append(' ').Append(formatter(state, exception)).Append('\n');
            if (lines.Length > Longest)
                lines.Remove(0, lines.Length - Longest);
            changed = true;
        }
    }

    /// <summary>Loads the log of earlier workers, then uploads new lines periodically until <paramref name="cancellationToken"/> fires.</summary>
    public async Task KeepAsync(RunRecord run, CancellationToken cancellationToken)
    {
        using var quiet = new QuietRequests();
        try
        {
            await CarryOnAsync(run, cancellationToken);
            using var timer = new PeriodicTimer(Interval, time);
            while (await timer.WaitForNextTickAsync(cancellationToken))
                await SaveAsync(run, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run has ended.
        }
        catch (RegistryException error)
        {
            logger.LogWarning("The log of run {RunId} is no longer uploaded: {Reason}", run.RunId, error.Message);
        }
    }

    /// <summary>Uploads the last lines within a short time limit.</summary>
    public async Task CloseAsync(RunRecord run)
    {
        using var limit = new CancellationTokenSource(LastTime);
        try
        {
            await SaveAsync(run, limit.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or RegistryException)
        {
            logger.LogWarning("The last log lines of run {RunId} could not be uploaded: {Reason}", run.RunId, error.Message);
        }
    }

    private async Task CarryOnAsync(RunRecord run, CancellationToken cancellationToken)
    {
        try
        {
            var earlier = await run.PatientlyAsync(() => run.Registry.Artifacts.ReadBytesAsync(ArtifactUri.OfRun(run.RunId, Path), 4 * Longest, cancellationToken), cancellationToken);
            lock (gate)
                lines.Insert(0, Encoding.UTF8.GetString(earlier));
        }
        catch (RegistryException error) when (error.Status is HttpStatusCode.NotFound)
        {
            // No earlier worker has written a log.
        }
    }

    private async Task SaveAsync(RunRecord run, CancellationToken cancellationToken)
    {
        string text;
        lock (gate)
        {
            if (!changed)
                return;
            (text, changed) = (lines.ToString(), false);
        }
        await run.UploadTextAsync(Path, text, cancellationToken);
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        _ => "error",
    };
}
