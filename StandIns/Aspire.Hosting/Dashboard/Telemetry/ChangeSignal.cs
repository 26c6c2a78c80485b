namespace Aspire.Hosting.Dashboard;

/// <summary>Tells any number of watchers which topics changed since they last looked. Thread-safe.</summary>
internal sealed class ChangeSignal
{
    private static readonly Topics[] All = [Topics.Resources, Topics.Console, Topics.Traces, Topics.Logs, Topics.Metrics];
    private readonly Lock _gate = new();
    private readonly long[] _versions = new long[All.Length];
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Raise(Topics topics)
    {
        TaskCompletionSource raised;
        lock (_gate)
        {
            for (var i = 0; i < All.Length; i++)
            {
                if (topics.HasFlag(All[i]))
                    _versions[i]++;
            }
            raised = _next;
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        raised.SetResult();
    }

    public Watcher Watch() => new(this);

    /// <summary>One watcher's memory of what it has seen.</summary>
    internal sealed class Watcher(ChangeSignal signal)
    {
        private readonly long[] _seen = new long[All.Length];

        /// <summary>Topics changed since the last call; waits until there is one. The first call answers at once with every topic.</summary>
        public async Task<Topics> NextAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                Task next;
                lock (signal._gate)
                {
                    var changed = Topics.None;
                    for (var i = 0; i < All.Length; i++)
                    {
                        if (_seen[i] != signal._versions[i] + 1)
                            changed |= All[i];
                        _seen[i] = signal._versions[i] + 1;
                    }
                    if (changed != Topics.None)
                        return changed;
                    next = signal._next.Task;
                }
                await next.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
