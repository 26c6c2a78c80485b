namespace Aspire.Hosting.Dashboard;

/// <summary>The dashboard's own web server.</summary>
internal sealed class DashboardHost : IAsyncDisposable
{
    private DashboardHost()
    {
    }

    public static Task<DashboardHost> StartAsync(DashboardSettings settings, DashboardModel model, CancellationToken cancellationToken)
    {
        _ = (settings, model, cancellationToken);
        return Task.FromResult(new DashboardHost());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
