using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard;

/// <summary>Errors as RFC 9457 problem+json.</summary>
internal static class Problems
{
    public static Task WriteAsync(HttpContext context, int status, string title, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new Problem(title, status, detail), DashboardJson.Options, "application/problem+json", context.RequestAborted);
    }

    public static IResult NotFound(string detail) => Result(404, "Not found", detail);

    public static IResult Result(int status, string title, string detail) =>
        Results.Json(new Problem(title, status, detail), DashboardJson.Options, "application/problem+json", status);

    private sealed record Problem(string Title, int Status, string Detail);
}
