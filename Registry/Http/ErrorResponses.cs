using System.Data.Common;
using System.Text.Json;
using Azure;
using Linnaeus.Registry.Data;
using Linnaeus.ServiceDefaults.Problems;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Linnaeus.Registry.Http;

/// <summary>Turns exceptions and empty error responses into the error format of the requested path.</summary>
public sealed class ErrorResponses(RequestDelegate next, ILogger<ErrorResponses> logger)
{
    private const int RetryAfterSeconds = 5;

    // MLflow's clients look for quoted values in the raw text, so quotes are escaped as \", not \u0022.
    private static readonly JsonSerializerOptions MlflowJson = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            await next(context);
            if (context.Response.StatusCode is 404 or 405 && !context.Response.HasStarted && context.Response.ContentType is null)
                await WriteAsync(context, new RegistryException(new ErrorCode("ENDPOINT_NOT_FOUND", context.Response.StatusCode),
                    $"{context.Request.Method} {context.Request.Path} is not an endpoint of this server."));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            logger.LogDebug("{Method} {Path} was canceled by its client.", context.Request.Method, context.Request.Path);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, Describe(context, exception));
        }
    }

    private RegistryException Describe(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case RegistryException known:
                return known;
            case BadHttpRequestException bad:
                return new RegistryException(bad.StatusCode == 413 ? ErrorCode.RequestTooLarge : ErrorCode.BadRequest,
                    ApiProblems.Explain(bad), bad);
        }
        if (IsOutage(exception))
        {
            logger.LogWarning(exception, "{Method} {Path}: database or blob store unavailable.", context.Request.Method,
                context.Request.Path);
            return new RegistryException(ErrorCode.TemporarilyUnavailable,
                DiskFault(context, exception) ?? "The database or the blob store is unavailable. Try again later.", exception);
        }
        logger.LogError(exception, "{Method} {Path} failed.", context.Request.Method, context.Request.Path);
        return new RegistryException(ErrorCode.InternalError, "Internal error. See the Registry's log.", exception);
    }

    private static string? DiskFault(HttpContext context, Exception exception) =>
        (exception as SqliteException ?? exception.InnerException as SqliteException) is { } sqlite
            ? SqliteDisk.Describe(sqlite, context.RequestServices.GetRequiredService<RegistryDb>().Database.GetDbConnection().DataSource) : null;

    /// <summary>
    /// Whether <paramref name="exception"/> means that the database or the blob store is currently unreachable or read-only.
    /// </summary>
    public static bool IsOutage(Exception exception) => exception switch
    {
        // BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN
        SqliteException sqlite => sqlite.SqliteErrorCode is 5 or 6 or 8 or 10 or 13 or 14,
        // Connection exceptions, insufficient resources, operator intervention (shutdown).
        PostgresException postgres => postgres.SqlState[..2] is "08" or "53" or "57",
        NpgsqlException => true,
        RequestFailedException azure => azure.Status is 0 or 429 or >= 500,
        AggregateException aggregate => aggregate.InnerExceptions.Any(IsOutage),
        HttpRequestException or System.Net.Sockets.SocketException => true,
        DbException or InvalidOperationException or Microsoft.EntityFrameworkCore.DbUpdateException =>
            exception.InnerException is { } inner && IsOutage(inner),
        _ => false,
    };

    /// <summary>Whether the path belongs to MLflow's API.</summary>
    public static bool IsMlflowPath(PathString path) =>
        !path.StartsWithSegments("/api") || path.StartsWithSegments("/api/2.0") || path.StartsWithSegments("/api/3.0");

    private static async Task WriteAsync(HttpContext context, RegistryException error)
    {
        context.Response.Clear();
        context.Response.StatusCode = error.Code.Status;
        if (error.Code.Status == 503) context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (IsMlflowPath(context.Request.Path))
        {
            context.Response.ContentType = "application/json";
            await JsonSerializer.SerializeAsync(context.Response.Body, new { error_code = error.Code.Name, message = error.Message },
                MlflowJson, context.RequestAborted);
            return;
        }
        var problem = new ProblemDetails
        {
            Status = error.Code.Status,
            Title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(error.Code.Status),
            Detail = error.Message,
        };
        problem.Extensions["code"] = error.Code.Name;
        foreach (var (name, value) in error.Extensions ?? new Dictionary<string, object?>()) problem.Extensions[name] = value;
        context.Response.ContentType = "application/problem+json";
        await JsonSerializer.SerializeAsync(context.Response.Body, problem, ApiJson.Options, context.RequestAborted);
    }
}
