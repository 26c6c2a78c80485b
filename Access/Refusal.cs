using System.Text.Encodings.Web;
using System.Text.Json;
using Linnaeus.ServiceDefaults.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.Access;

/// <summary>
/// Answers a request that is rejected before its endpoint: MLflow's error JSON on MLflow's paths, otherwise problem+json.
/// </summary>
internal static class Refusal
{
    // MLflow's clients look for quoted values in the raw text.
    private static readonly JsonSerializerOptions MlflowJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        if (!ApiProblems.Covers(context.Request.Path))
            return context.Response.WriteAsJsonAsync(new { error_code = code, message }, MlflowJson, "application/json", context.RequestAborted);
        var problem = new ProblemDetails { Status = status, Detail = message, Extensions = { ["code"] = code } };
        return context.RequestServices.GetRequiredService<IProblemDetailsService>()
            .WriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem }).AsTask();
    }
}
