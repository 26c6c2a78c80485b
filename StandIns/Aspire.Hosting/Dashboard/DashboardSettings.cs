using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// What the dashboard is started with; read from the variables that Aspire's own dashboard uses. The application calls
/// <c>await DashboardHost.StartAsync(settings, services, cancellationToken)</c> before it starts any resource, so that no
/// telemetry is lost, and disposes the result after the last one has stopped.
/// </summary>
internal sealed record DashboardSettings
{
    /// <summary>Addresses of the pages: <c>ASPNETCORE_URLS</c>, e.g. <c>http://localhost:15500</c>.</summary>
    public required IReadOnlyList<Uri> FrontendUrls { get; init; }

    /// <summary>OTLP over gRPC (HTTP/2 without TLS): <c>ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL</c>; null: not offered.</summary>
    public Uri? OtlpGrpcUrl { get; init; }

    /// <summary>OTLP over HTTP/protobuf: <c>ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL</c>; null: not offered.</summary>
    public Uri? OtlpHttpUrl { get; init; }

    /// <summary>Login token (<c>/login?t=TOKEN</c>): <c>ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN</c>, else random; null: no login asked (<c>ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS</c>).</summary>
    public string? BrowserToken { get; init; }

    /// <summary>Value that OTLP senders must give in the header <c>x-otlp-api-key</c>; null: none asked.</summary>
    public string? OtlpApiKey { get; init; }

    /// <summary>Name on the pages: the AppHost's.</summary>
    public required string ApplicationName { get; init; }

    /// <summary>Where people go first.</summary>
    public Uri LoginUrl => BrowserToken is null ? FrontendUrls[0] : new Uri(FrontendUrls[0], $"/login?t={BrowserToken}");
}

/// <summary>The model that the dashboard shows and commands.</summary>
/// <param name="Notifications">
/// Resources: <c>WatchAsync</c> gives each one's present snapshot and then the changes. Snapshot.Properties hold <c>executable.pid</c> and the like.
/// </param>
/// <param name="Logs">Consoles by <see cref="ResourceEvent.ResourceId"/>: <c>WatchAsync(id).WithCancellation(ct)</c> gives the kept lines and then new ones.</param>
/// <param name="Commands"><c>ExecuteCommandAsync(id, "start" | "stop" | "restart", ct)</c>.</param>
internal sealed record DashboardModel(ResourceNotificationService Notifications, ResourceLoggerService Logs, ResourceCommandService Commands);
