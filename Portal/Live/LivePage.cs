using System.Diagnostics;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;
using Microsoft.AspNetCore.Components;

namespace Linnaeus.Portal.Live;

/// <summary>
/// A page that reads from the services and stays up to date. What was read stays visible through an outage, which the layout tells of; a request that
/// the Registry refuses is the page's <see cref="Fault"/>.
/// </summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private static readonly ActivitySource Traces = new("Linnaeus.Portal");

    private readonly CancellationTokenSource _leaving = new();
    private CancellationTokenSource? _reading;
    private bool _read;

    [Inject] protected RegistryClient Registry { get; set; } = null!;

    [Inject] protected RegistryLink Link { get; set; } = null!;

    [Inject] protected NavigationManager Navigation { get; set; } = null!;

    /// <summary>What the Registry said to the last request, when it refused it.</summary>
    protected RegistryException? Fault { get; set; }

    /// <summary>Ends when the visitor leaves the page.</summary>
    protected CancellationToken Leaving => _leaving.Token;

    /// <summary>Whether the page came with its content, as the prerendered page had it.</summary>
    protected virtual bool IsRestored => false;

    /// <summary>Time between two readings.</summary>
    protected virtual TimeSpan Interval => TimeSpan.FromSeconds(2);

    /// <summary>Reads everything the page shows.</summary>
    protected abstract Task ReadAsync(CancellationToken cancellationToken);

    protected override Task OnParametersSetAsync()
    {
        var restored = !_read && IsRestored;
        _read = true;
        return restored ? Task.CompletedTask : RefreshAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        try
        {
            while (true)
            {
                await Task.Delay(Link.Outage is null ? Interval : TimeSpan.FromSeconds(1), Leaving);
                if (_reading is not null)
                    continue;
                // What a visitor asks for is traced, what the page asks for by itself is not.
                using var quiet = new QuietRequests();
                await RefreshAsync();
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (Leaving.IsCancellationRequested)
        {
            // The visitor has gone on.
        }
    }

    /// <summary>Reads now, instead of what is being read.</summary>
    protected async Task RefreshAsync()
    {
        if (_reading is { } earlier)
            await earlier.CancelAsync();
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(Leaving);
        _reading = reading;
        // All that it asks for is one trace.
        using var span = Traces.StartActivity($"read {GetType().Name}");
        await TryAsync(() => ReadAsync(reading.Token), reading.Token);
        if (_reading == reading)
            _reading = null;
    }

    /// <summary>Runs a request and keeps what became of it.</summary>
    /// <returns>Whether it was answered as asked for.</returns>
    protected async Task<bool> TryAsync(Func<Task> request, CancellationToken cancellationToken)
    {
        try
        {
            await request();
            Fault = null;
            Link.Answered();
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Somebody asked for something newer.
        }
        catch (RegistryException error) when (error.IsTransient)
        {
            Link.Failed(error);
        }
        catch (RegistryException error)
        {
            Link.Answered();
            Fault = error;
        }
        return false;
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _leaving.Cancel();
        _leaving.Dispose();
    }
}
