using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Aspire.Hosting.Dashboard;

/// <summary>The running dashboard: the pages on one server, the OTLP sink on another.</summary>
internal sealed class DashboardHost : IAsyncDisposable
{
    private readonly WebApplication _pages;
    private readonly WebApplication? _otlp;
    private readonly ResourceBoard _board;
    private readonly CancellationTokenSource _stopping;
    private int _disposed;

    private DashboardHost(WebApplication pages, WebApplication? otlp, ResourceBoard board, CancellationTokenSource stopping) =>
        (_pages, _otlp, _board, _stopping) = (pages, otlp, board, stopping);

    /// <summary>Where the pages are; with the real port where 0 was asked.</summary>
    public required Uri FrontendUrl { get; init; }

    /// <summary>Where OTLP over gRPC is received; null: not offered.</summary>
    public required Uri? OtlpGrpcUrl { get; init; }

    /// <summary>Where OTLP over HTTP/protobuf is received; null: not offered.</summary>
    public required Uri? OtlpHttpUrl { get; init; }

    /// <summary>Starts listening and following the model.</summary>
    /// <exception cref="DistributedApplicationException">A port is taken or an address is not usable.</exception>
    public static async Task<DashboardHost> StartAsync(DashboardSettings settings, DashboardModel model, CancellationToken cancellationToken)
    {
        var changes = new ChangeSignal();
        var store = new TelemetryStore(changes);
        var stopping = new CancellationTokenSource();
        var board = new ResourceBoard(model, changes);
        var otlp = Otlp(settings, store);
        var pages = Pages(settings, store, board, changes, stopping.Token);
        try
        {
            var otlpUrls = otlp is null
                ? []
                : await Listener.StartAsync(
                    otlp, "OTLP", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL or ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", cancellationToken).ConfigureAwait(false);
            var urls = await Listener.StartAsync(pages, "its pages", "ASPNETCORE_URLS", cancellationToken).ConfigureAwait(false);
            return new(pages, otlp, board, stopping)
            {
                FrontendUrl = urls[0],
                OtlpGrpcUrl = settings.OtlpGrpcUrl is null ? null : otlpUrls[0],
                OtlpHttpUrl = settings.OtlpHttpUrl is null ? null : otlpUrls[^1],
            };
        }
        catch
        {
            await StopAsync(pages, otlp, board, stopping).ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            await StopAsync(_pages, _otlp, _board, _stopping).ConfigureAwait(false);
    }

    private static WebApplication? Otlp(DashboardSettings settings, TelemetryStore store)
    {
        var addresses = new List<(Uri, HttpProtocols)>();
        if (settings.OtlpGrpcUrl is not null)
            addresses.Add((settings.OtlpGrpcUrl, HttpProtocols.Http2));
        if (settings.OtlpHttpUrl is not null)
            addresses.Add((settings.OtlpHttpUrl, HttpProtocols.Http1));
        if (addresses.Count == 0)
            return null;
        var app = Listener.Create(addresses);
        var sink = new OtlpSink(store, settings.OtlpApiKey);
        OtlpGrpc.Map(app, sink);
        OtlpHttp.Map(app, sink);
        return app;
    }

    private static WebApplication Pages(
        DashboardSettings settings, TelemetryStore store, ResourceBoard board, ChangeSignal changes, CancellationToken stopping)
    {
        var app = Listener.Create(settings.FrontendUrls.Select(url => (url, HttpProtocols.Http1)));
        var assets = new StaticAssets();
        var access = new Access(settings.BrowserToken);
        app.Use(RequestGuard.InvokeAsync);
        app.Use(access.InvokeAsync);
        access.Map(app, assets);
        assets.Map(app);
        foreach (var page in new[] { "/", "/resources/{id?}", "/console/{id?}", "/logs", "/traces/{id?}", "/metrics" })
            app.MapGet(page, () => assets.Page("index.html"));
        var api = app.MapGroup("/api");
        api.MapGet("/about", () => DashboardJson.Ok(new { application = settings.ApplicationName, login = settings.BrowserToken is not null }));
        ResourceEndpoints.Map(api, board, store.Logs);
        LogEndpoints.Map(api, store);
        TraceEndpoints.Map(api, store);
        MetricEndpoints.Map(api, store.Metrics, TimeProvider.System);
        EventStream.Map(api, changes, store, stopping);
        app.MapFallback((HttpContext context) => Problems.NotFound($"There is no page {context.Request.Path}."));
        return app;
    }

    private static async Task StopAsync(WebApplication pages, WebApplication? otlp, ResourceBoard board, CancellationTokenSource stopping)
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await pages.DisposeAsync().ConfigureAwait(false);
        if (otlp is not null)
            await otlp.DisposeAsync().ConfigureAwait(false);
        await board.DisposeAsync().ConfigureAwait(false);
        stopping.Dispose();
    }
}
