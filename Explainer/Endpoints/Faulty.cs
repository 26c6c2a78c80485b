namespace Linnaeus.Explainer.Endpoints;

internal static class Faulty
{
    /// <summary>Declares the problem responses of an endpoint.</summary>
    public static RouteHandlerBuilder ProducesFaults(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
