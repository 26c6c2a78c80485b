using System.Net;
using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Endpoints;

/// <summary>Maps Registry errors to problem responses.</summary>
internal static class RegistryFaults
{
    /// <summary>Endpoint filter that turns <see cref="RegistryException"/> into problem details.</summary>
    public static async ValueTask<object?> Translate(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (RegistryException error)
        {
            throw new ProblemException(StatusOf(error), error.Message, inner: error);
        }
    }

    private static int StatusOf(RegistryException error) => error switch
    {
        { ErrorCode: "TOO_LARGE" } => StatusCodes.Status413PayloadTooLarge,
        { ErrorCode: RegistryException.DigestMismatch } => StatusCodes.Status502BadGateway,
        { Status: HttpStatusCode.NotFound } => StatusCodes.Status404NotFound,
        { Status: HttpStatusCode.BadRequest } => StatusCodes.Status400BadRequest,
        { IsTransient: true } => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status502BadGateway,
    };
}
