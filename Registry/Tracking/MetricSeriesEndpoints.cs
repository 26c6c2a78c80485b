using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Tracking;

/// <summary><c>/api/runs/{run_id}/metrics</c>: histories at a size that a chart can draw.</summary>
internal static class MetricSeriesEndpoints
{
    private const int DefaultPoints = 1000;
    private const int MinPoints = 10;
    private const int MaxPoints = 100_000;

    public static void MapMetricSeries(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/runs/{runId}/metrics/{**key}", GetAsync).WithTags("Runs").Produces<MetricSeries>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("The history of a metric, thinned out to some number of points without losing its extremes.");

    /// <param name="runId">The run.</param>
    /// <param name="key">The metric's key, which may hold slashes.</param>
    /// <param name="points">Points to answer at most, 10 to 100,000; 1,000 when absent.</param>
    /// <param name="startStep">First step, when only a part is wanted.</param>
    /// <param name="endStep">Last step.</param>
    /// <param name="runs">Finds the run.</param>
    /// <param name="history">Reads the points.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    private static async Task<IResult> GetAsync(string runId, string key, int? points, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "start_step")] long? startStep,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "end_step")] long? endStep, RunStore runs, MetricHistory history, CancellationToken cancellationToken)
    {
        if (points is < MinPoints or > MaxPoints) throw RegistryException.Invalid($"points: {points} is not between {MinPoints} and {MaxPoints}.");
        if (startStep > endStep) throw RegistryException.Invalid($"start_step {startStep} is after end_step {endStep}.");
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
