using Linnaeus.Explainer.Engine;
using Linnaeus.Explainer.Requests;
using Linnaeus.Registry.Client;
using Linnaeus.Access;

namespace Linnaeus.Explainer.Endpoints;

/// <summary><c>/api/predictions</c>.</summary>
public static class PredictionEndpoints
{
    public static void MapPredictions(this WebApplication app) =>
        app.MapGroup("/api/predictions").WithTags("Predictions").AddEndpointFilter(RegistryFaults.Translate)
            .MapPost("/", PredictAsync).NeedsScope(AccessScope.Read)
            .WithSummary("Predict images: the top 5 classes with calibrated probabilities.")
            .Accepts<PredictionRequest>("application/json").Produces<PredictionAnswer>().ProducesFaults();

    private static async Task<PredictionAnswer> PredictAsync(HttpRequest http, PredictionService service, CancellationToken cancellationToken)
    {
        using var body = await JsonBody.ReadAsync(http, cancellationToken);
        return await service.PredictAsync(RequestReader.ReadPrediction(body.RootElement), cancellationToken);
    }
}
