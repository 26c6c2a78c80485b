using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Linnaeus.ServiceDefaults.Problems;

/// <summary>
/// Gives every failed request on <c>/api/*</c> a problem+json body. MLflow's own paths (<c>/api/2.0</c>, <c>/api/3.0</c>) are left to
/// whoever serves them.
/// </summary>
internal sealed class ApiProblemMiddleware(RequestDelegate next, IProblemDetailsService problems, ILogger<ApiProblemMiddleware> logger)
{
    public static bool Covers(PathString path) =>
        path.StartsWithSegments("/api") && !path.StartsWithSegments("/api/2.0") && !path.StartsWithSegments("/api/3.0");

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: nobody reads an answer.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, error);
            return;
        }

        var response = context.Response;
        if (response.StatusCode >= 400 && !response.HasStarted && response.ContentLength is null && response.ContentType is null)
            await WriteAsync(context, new ProblemDetails { Status = response.StatusCode });
    }

    private Task WriteAsync(HttpContext context, Exception error)
    {
        var feature = new ExceptionHandlerFeature { Error = error, Path = context.Request.Path, Endpoint = context.GetEndpoint() };
        context.Features.Set<IExceptionHandlerFeature>(feature);
        var problem = Describe(error);
        if (problem.Status >= StatusCodes.Status500InternalServerError)
            logger.LogError(error, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
        context.Response.Clear();
        if (error is ProblemException { RetryAfter: { } wait })
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return WriteAsync(context, problem);
    }

    private Task WriteAsync(HttpContext context, ProblemDetails problem)
    {
        context.Response.StatusCode = problem.Status!.Value;
        return problems.WriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem }).AsTask();
    }

    private static ProblemDetails Describe(Exception error) => error switch
    {
        ProblemException { Errors: { } errors } e => new HttpValidationProblemDetails(errors) { Status = e.Status, Detail = e.Message, Title = null },
        ProblemException e => new ProblemDetails { Status = e.Status, Detail = e.Message },
        BadHttpRequestException e => new ProblemDetails { Status = e.StatusCode, Detail = Reason(e) },
        _ => new ProblemDetails
        {
            Status = StatusCodes.Status500InternalServerError,
            Detail = "The service failed while answering. Its log tells why, under the trace id given here.",
        },
    };

    /// <summary>A body that is not the JSON asked for carries its reason in the inner exception.</summary>
    private static string Reason(BadHttpRequestException error) =>
        error.InnerException is JsonException json ? $"{error.Message} {json.Message}" : error.Message;
}

internal static class ApiProblemRegistration
{
    public static IServiceCollection AddApiProblems(this IServiceCollection services)
    {
        services.AddProblemDetails();

        // So that the reason of a bad request reaches the middleware in every environment.
        return services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UseApiProblems(this WebApplication app) =>
        app.UseWhen(context => ApiProblemMiddleware.Covers(context.Request.Path), branch => branch.UseMiddleware<ApiProblemMiddleware>());
}
