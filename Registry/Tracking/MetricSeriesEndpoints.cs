using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Tracking;

/// <summary><c>/api/runs/{run_id}/metrics</c>: metric histories, downsampled for charts.</summary>
internal static class MetricSeriesEndpoints
{
    private const int DefaultPoints = 1000;
    private const int MinPoints = 10;
    private const int MaxPoints = 100_000;

    public static void MapMetricSeries(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/runs/{runId}/metrics/{**key}", GetAsync).WithTags("Runs").Produces<MetricSeries>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("Get the history of a metric, downsampled without losing its minimum and maximum.");

    /// <param name="runId">The run.</param>
    /// <param name="key">The metric's key, which may contain slashes.</param>
    /// <param name="points">Maximum number of points, 10 to 100,000; default: 1,000.</param>
    /// <param name="startStep">First step; default: all steps.</param>
    /// <param name="endStep">Last step.</param>
    /// <param name="runs">Finds the run.</param>
    /// <param name="history">Reads the points.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    private static async Task<IResult> GetAsync(string runId, string key, int? points, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "start_step")] long? startStep,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "end_step")] long? endStep, RunStore runs, MetricHistory history, CancellationToken cancellationToken)
    {
        if (points is < MinPoints or > MaxPoints) throw RegistryException.Invalid($"points must be an integer from {MinPoints} to {MaxPoints}, got {points}.");
        if (startStep > endStep) throw RegistryException.Invalid($"start_step must not be greater than end_step, got {startStep} and {endStep}.");
        // Route values keep an encoded slash.
        key = key.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var run = await runs.FindAsync(runId, cancellationToken);
        var (count, kept) = await history.DownsampleAsync(run.Id, key, startStep, endStep, points ?? DefaultPoints, cancellationToken);
        return TypedResults.Ok(new MetricSeries
        {
            RunId = runId,
            Key = key,
            Count = count,
            Points = kept.ConvertAll(p => new MetricSeriesPoint(p.Step, p.Timestamp, p.IsNan ? null : p.Value)),
        });
    }
}
