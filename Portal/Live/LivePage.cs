using System.Diagnostics;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;
using Microsoft.AspNetCore.Components;

namespace Linnaeus.Portal.Live;

/// <summary>
/// A page that polls the services. Its content stays visible during an outage, which the layout reports; a request that the Registry rejects becomes
/// the page's <see cref="Fault"/>.
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

    /// <summary>The error of the last request if the Registry rejected it.</summary>
    protected RegistryException? Fault { get; set; }

    /// <summary>Canceled when the visitor leaves the page.</summary>
    protected CancellationToken Leaving => _leaving.Token;

    /// <summary>Whether the content was restored from the prerendered page.</summary>
    protected virtual bool IsRestored => false;

    /// <summary>Polling interval.</summary>
    protected virtual TimeSpan Interval => TimeSpan.FromSeconds(2);

    /// <summary>Reads everything that the page shows.</summary>
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
                // Visitors' requests are traced, polling is not.
                using var quiet = new QuietRequests();
                await RefreshAsync();
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (Leaving.IsCancellationRequested)
        {
            // The visitor left the page.
        }
    }

    /// <summary>Reads now and cancels a read in progress.</summary>
    protected async Task RefreshAsync()
    {
        if (_reading is { } earlier)
            await earlier.CancelAsync();
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(Leaving);
        _reading = reading;
        // One trace for all requests of a read.
        using var span = Traces.StartActivity($"read {GetType().Name}");
        await TryAsync(() => ReadAsync(reading.Token), reading.Token);
        if (_reading == reading)
            _reading = null;
    }

    /// <summary>Runs a request and records an outage or a fault.</summary>
    /// <returns>Whether the request succeeded.</returns>
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
            // A newer request replaced this one.
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
