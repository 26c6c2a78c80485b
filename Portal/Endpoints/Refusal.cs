using System.Net;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Endpoints;

/// <summary>Why a file cannot be had, as plain text.</summary>
internal static class Refusal
{
    /// <summary>What a service said, with its own status where that is one of a refusal.</summary>
    public static Task WriteAsync(HttpContext context, RegistryException error) => WriteAsync(context, StatusOf(error), error.Message);

    public static Task WriteAsync(HttpContext context, HttpStatusCode status, string message)
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(message, context.RequestAborted);
    }

    public static HttpStatusCode StatusOf(RegistryException error) => error.Status is { } status and >= HttpStatusCode.BadRequest ? status : HttpStatusCode.BadGateway;
}
