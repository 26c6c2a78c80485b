namespace Linnaeus.Explainer.Endpoints;

internal static class Faulty
{
    /// <summary>Describes the problem documents that a request may be answered with.</summary>
    public static RouteHandlerBuilder ProducesFaults(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
