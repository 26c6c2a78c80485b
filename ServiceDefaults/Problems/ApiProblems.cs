using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.ServiceDefaults.Problems;

/// <summary>
/// Gives every failed request on <c>/api/*</c> a problem+json body, except on MLflow's paths (<c>/api/2.0</c>, <c>/api/3.0</c>).
/// </summary>
public static class ApiProblems
{
    public static IServiceCollection AddApiProblems(this IServiceCollection services) =>
        // Without this, the reason of a bad request is reported in development only.
        services.AddProblemDetails().Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);

    public static void UseApiProblems(this WebApplication app) =>
        app.UseWhen(context => Covers(context.Request.Path), branch => branch.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = AnswerAsync,
            AllowStatusCode404Response = true,
            SuppressDiagnosticsCallback = fault => Describe(fault.Exception).Status < StatusCodes.Status500InternalServerError,
        }).UseStatusCodePages());

    public static bool Covers(PathString path) =>
        path.StartsWithSegments("/api") && !path.StartsWithSegments("/api/2.0") && !path.StartsWithSegments("/api/3.0");

    /// <summary>What is wrong with a request's body and where: the reason stands in the inner exception.</summary>
    public static string Explain(BadHttpRequestException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (error.InnerException is not JsonException json)
            return error.Message;
        // A converter's own message does not tell the path.
        var place = json.Path is { Length: > 0 } path && !json.Message.Contains(path, StringComparison.Ordinal) ? $" Path: {path}." : "";
        return $"{error.Message} {json.Message}{place}";
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var error = context.Features.Get<IExceptionHandlerFeature>()!.Error;
        var problem = Describe(error);
        context.Response.StatusCode = problem.Status!.Value;
        if (error is ProblemException { RetryAfter: { } wait })
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await context.RequestServices.GetRequiredService<IProblemDetailsService>()
            .WriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
    }

    private static ProblemDetails Describe(Exception error) => error switch
    {
        ProblemException { Errors: { } errors } e => new HttpValidationProblemDetails(errors) { Status = e.Status, Detail = e.Message, Title = null },
        ProblemException e => new ProblemDetails { Status = e.Status, Detail = e.Message },
        BadHttpRequestException e => new ProblemDetails { Status = e.StatusCode, Detail = Explain(e) },
        _ => new ProblemDetails
        {
            Status = StatusCodes.Status500InternalServerError,
            Detail = "Internal error. See the service's log for this trace id.",
        },
    };
}
