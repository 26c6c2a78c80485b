using System.Net;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Endpoints;

/// <summary>Writes errors of file requests as plain text.</summary>
internal static class Refusal
{
    /// <summary>Passes on the message of a service and its status if that is 400 or above, else 502.</summary>
    public static Task WriteAsync(HttpContext context, RegistryException error) => WriteAsync(context, StatusOf(error), error.Message);

    public static Task WriteAsync(HttpContext context, HttpStatusCode status, string message)
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(message, context.RequestAborted);
    }

    public static HttpStatusCode StatusOf(RegistryException error) => error.Status is { } status and >= HttpStatusCode.BadRequest ? status : HttpStatusCode.BadGateway;
}
