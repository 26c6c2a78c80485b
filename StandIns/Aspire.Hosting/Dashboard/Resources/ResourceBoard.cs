using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

/// <summary>The newest snapshot of every resource, and their consoles, kept up to date from the app model.</summary>
internal sealed class ResourceBoard : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, ResourceEvent> _resources = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Task> _followers = [];
    private readonly CancellationTokenSource _ends = new();
    private readonly DashboardModel _model;
    private readonly ChangeSignal _changes;

    public ResourceBoard(DashboardModel model, ChangeSignal changes)
    {
        (_model, _changes) = (model, changes);
        Follow(ResourcesAsync);
    }

    public ConsoleArchive Consoles { get; } = new();

    /// <summary>Every resource under the key of its address: the name, or for one of several replicas the replica's id.</summary>
    public (string Key, ResourceEvent Resource)[] All()
    {
        lock (_gate)
            return [.. _resources.Values.Select(r => (Named(r.Resource.Name).Length == 1 ? r.Resource.Name : r.ResourceId, r))];
    }

    public ResourceEvent? Find(string key)
    {
        lock (_gate)
            return _resources.GetValueOrDefault(key) ?? (Named(key) is [var only] ? only : null);
    }

    public Task<ExecuteCommandResult> ExecuteAsync(ResourceEvent resource, string command, CancellationToken cancellationToken) =>
        _model.Commands.ExecuteCommandAsync(resource.ResourceId, command, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync().ConfigureAwait(false);
        Task[] followers;
        lock (_gate)
            followers = [.. _followers];
        await Task.WhenAll(followers).ConfigureAwait(false);
        _ends.Dispose();
    }

    private async Task ResourcesAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in _model.Notifications.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            bool isNew;
            lock (_gate)
            {
                isNew = !_resources.ContainsKey(change.ResourceId);
                _resources[change.ResourceId] = change;
            }
            if (isNew)
                Follow(token => ConsoleAsync(change.ResourceId, token));
            _changes.Raise(Topics.Resources);
        }
    }

    private async Task ConsoleAsync(string id, CancellationToken cancellationToken)
    {
        await foreach (var batch in _model.Logs.WatchAsync(id).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            foreach (var line in batch)
                Consoles.Add(id, line.LineNumber, line.Content, line.IsErrorMessage, DateTimeOffset.UtcNow);
            _changes.Raise(Topics.Console);
        }
    }

    private ResourceEvent[] Named(string name) =>
        [.. _resources.Values.Where(r => string.Equals(r.Resource.Name, name, StringComparison.OrdinalIgnoreCase))];

    private void Follow(Func<CancellationToken, Task> follower)
    {
        lock (_gate)
            _followers.Add(Task.Run(() => UntilTheEndAsync(follower)));
    }

    private async Task UntilTheEndAsync(Func<CancellationToken, Task> follower)
    {
        try
        {
            await follower(_ends.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The dashboard or the application stops: nothing is left to follow.
        }
    }
}
