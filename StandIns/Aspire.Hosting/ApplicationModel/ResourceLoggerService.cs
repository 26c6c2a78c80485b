using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A line of a resource's console, without ANSI escapes; numbered from 1 and never reused.</summary>
public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);

/// <summary>The console of every resource: the last 5,000 lines of each, and the new ones as they come.</summary>
public sealed class ResourceLoggerService
{
    private readonly ConcurrentDictionary<string, Console> consoles = new(StringComparer.OrdinalIgnoreCase);

    internal ResourceLoggerService()
    {
    }

    /// <summary>A logger that writes to the resource's console.</summary>
    public ILogger GetLogger(IResource resource) => GetLogger(resource.Name);

    /// <summary>A logger that writes to the console of the resource (or replica) of that name.</summary>
    public ILogger GetLogger(string resourceName) => ConsoleOf(resourceName);

    /// <summary>The kept lines, then the new ones in batches as they are written. Cancel to end it.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => WatchAsync(resource.Name);

    /// <inheritdoc cref="WatchAsync(IResource)"/>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => ConsoleOf(resourceName).WatchAsync();

    /// <summary>The kept lines.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource) => GetAllAsync(resource.Name);

    /// <inheritdoc cref="GetAllAsync(IResource)"/>
    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName)
    {
        yield return ConsoleOf(resourceName).Kept();
        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <summary>Makes a console for a replica; what is written there is seen on the resource's console too.</summary>
    internal void Add(string resourceName, string replicaId) => consoles.TryAdd(replicaId, new Console(ConsoleOf(resourceName)));

    internal void Write(string resourceName, string line, bool isError) => ConsoleOf(resourceName).Write(line, isError);

    private Console ConsoleOf(string resourceName) => consoles.GetOrAdd(resourceName, _ => new Console(null));

    private sealed class Console(Console? ofResource) : ILogger
    {
        private const int Capacity = 5_000;

        private readonly Lock gate = new();
        private readonly Queue<LogLine> lines = new();
        private ImmutableArray<ChannelWriter<LogLine>> subscribers = [];
        private int written;

        public LogLine[] Kept()
        {
            lock (gate)
                return [.. lines];
        }

        public void Write(string content, bool isError)
        {
            lock (gate)
            {
                var line = new LogLine(++written, content, isError);
                lines.Enqueue(line);
                if (lines.Count > Capacity)
                    lines.Dequeue();
                foreach (var subscriber in subscribers)
                    subscriber.TryWrite(line);
            }
            ofResource?.Write(content, isError);
        }

        public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            // A reader that falls behind loses the oldest lines, as it would from the kept ones.
            var channel = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(Capacity)
            {
                FullMode = BoundedChannelFullMode.DropOldest,
                SingleReader = true,
            });
            LogLine[] kept;
            lock (gate)
            {
                kept = [.. lines];
                subscribers = subscribers.Add(channel.Writer);
            }
            try
            {
                if (kept.Length > 0)
                    yield return kept;
                while (await channel.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    var batch = new List<LogLine>();
                    while (batch.Count < 500 && channel.Reader.TryRead(out var line))
                        batch.Add(line);
                    yield return batch;
                }
            }
            finally
            {
                lock (gate)
                    subscribers = subscribers.Remove(channel.Writer);
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var text = exception is null ? formatter(state, exception) : $"{formatter(state, exception)}\n{exception}";
            foreach (var line in text.Split('\n'))
                Write(line, logLevel >= LogLevel.Error);
        }
    }
}
