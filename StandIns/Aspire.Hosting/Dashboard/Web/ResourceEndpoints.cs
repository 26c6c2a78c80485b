using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Dashboard;

/// <summary>Resources, their details, consoles and commands.</summary>
internal static class ResourceEndpoints
{
    private const int MaxLines = 5_000;

    public static void Map(RouteGroupBuilder api, ResourceBoard board, LogStore logs)
    {
        api.MapGet("/resources", () => List(board, logs));
        api.MapGet("/resources/{id}", (string id) => board.Find(id) is { } r ? DashboardJson.Ok(Details(r, id)) : Unknown(id));
        api.MapGet("/resources/{id}/secret", (string id, string name) => Secret(board, id, name));
        api.MapGet("/resources/{id}/console", (string id, int? after, int? limit) => Console(board, id, after ?? 0, limit ?? MaxLines));
        api.MapPost("/resources/{id}/{command}", (string id, string command) => ExecuteAsync(board, id, command));
    }

    private static IResult List(ResourceBoard board, LogStore logs)
    {
        var errors = logs.Errors();
        return DashboardJson.Ok(board.All().Select(r => Row(r.Resource, r.Key) with { Errors = errors.GetValueOrDefault(r.Resource.Resource.Name) }));
    }

    private static IResult Unknown(string id) => Problems.NotFound($"There is no resource '{id}'.");

    private static IResult Console(ResourceBoard board, string id, int after, int limit)
    {
        if (board.Find(id) is not { } resource)
            return Unknown(id);
        var (lines, dropped) = board.Consoles.Read(resource.ResourceId, after, Math.Clamp(limit, 1, MaxLines));
        return DashboardJson.Ok(new { lines, dropped });
    }

    // A page that is closed must not leave a restart half done, so commands are not cancelled with their request.
    private static async Task<IResult> ExecuteAsync(ResourceBoard board, string id, string command)
    {
        if (board.Find(id) is not { } resource)
            return Unknown(id);
        if (resource.Snapshot.Commands.FirstOrDefault(c => c.Name == command) is not { } known)
            return Problems.NotFound($"The resource '{id}' has no command '{command}'.");
        if (known.State != ResourceCommandState.Enabled)
            return Problems.Result(
                409, "Not now", $"'{command}' is not possible while '{id}' is {resource.Snapshot.State?.Text ?? "in its present state"}.");
        var result = await board.ExecuteAsync(resource, command, CancellationToken.None).ConfigureAwait(false);
        return result.Success
            ? DashboardJson.Ok(new { success = true })
            : Problems.Result(500, "Command failed", result.Message ?? $"'{command}' of '{id}' failed: its console may say why.");
    }

    private static IResult Secret(ResourceBoard board, string id, string name)
    {
        if (board.Find(id)?.Snapshot is not { } snapshot)
            return Unknown(id);
        var variable = snapshot.EnvironmentVariables.FirstOrDefault(v => v.Name == name);
        var property = snapshot.Properties.FirstOrDefault(p => p.Name == name);
        return variable is null && property is null
            ? Problems.NotFound($"The resource '{id}' has no value '{name}'.")
            : DashboardJson.Ok(new { value = variable?.Value ?? Text(property?.Value) });
    }

    private static ResourceRow Row(ResourceEvent known, string key)
    {
        var snapshot = known.Snapshot;
        return new(key, known.Resource.Name, snapshot.ResourceType, snapshot.State?.Text ?? "Unknown", snapshot.State?.Style,
            snapshot.HealthStatus, snapshot.StartTimeStamp, snapshot.StopTimeStamp, snapshot.ExitCode,
            Source(snapshot), Property(snapshot, "executable.pid"),
            [.. snapshot.Urls.OrderByDescending(u => u.DisplayProperties.SortOrder).Select(Url)],
            [.. snapshot.Commands.Where(c => c.State != ResourceCommandState.Hidden).Select(Command)]);
    }

    private static UrlRow Url(UrlSnapshot url) => new(url.Name, url.Url, url.DisplayProperties.DisplayName, url.IsInactive);

    private static CommandRow Command(ResourceCommandSnapshot command) => new(
        command.Name, command.DisplayName, command.DisplayDescription, command.State == ResourceCommandState.Enabled, command.ConfirmationMessage);

    private static ResourceDetails Details(ResourceEvent known, string key)
    {
        var snapshot = known.Snapshot;
        return new(Row(known, key), snapshot.CreationTimeStamp,
            [.. snapshot.HealthReports.Select(h => new HealthRow(h.Name, h.Status, h.Description, h.ExceptionText, h.LastRunAt))],
            [.. snapshot.Properties.Select(p => Value(p.Name, Text(p.Value), p.IsSensitive, true))],
            [.. snapshot.EnvironmentVariables.OrderBy(v => v.Name, StringComparer.Ordinal).Select(v => Value(v.Name, v.Value, false, v.IsFromSpec))],
            [.. snapshot.Relationships.Select(r => new RelationRow(r.ResourceName, r.Type))]);
    }

    private static ValueRow Value(string name, string? value, bool sensitive, bool declared)
    {
        var secret = sensitive || SecretNames.LooksSecret(name, value);
        return new(name, secret ? null : value, secret, declared);
    }

    private static string? Source(CustomResourceSnapshot snapshot) =>
        Property(snapshot, "project.path") ?? Property(snapshot, "executable.path");

    private static string? Property(CustomResourceSnapshot snapshot, string name) =>
        snapshot.Properties.FirstOrDefault(p => p.Name == name) is { IsSensitive: false } found ? Text(found.Value) : null;

    private static string? Text(object? value) => value switch
    {
        null => null,
        string text => text,
        System.Collections.IEnumerable items => string.Join(' ', items.Cast<object?>()),
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
    };

    private sealed record UrlRow(string? Name, string Url, string DisplayName, bool Inactive);

    private sealed record CommandRow(string Name, string DisplayName, string? Description, bool Enabled, string? Confirmation);

    private sealed record ResourceRow(
        string Id, string Name, string Type, string State, string? Style, HealthStatus? Health, DateTime? Started, DateTime? Stopped,
        int? ExitCode, string? Source, string? Pid, UrlRow[] Urls, CommandRow[] Commands)
    {
        /// <summary>Structured log records of error level that are held.</summary>
        public int Errors { get; init; }
    }

    private sealed record HealthRow(string Name, HealthStatus? Status, string? Description, string? Exception, DateTime? LastRun);

    private sealed record ValueRow(string Name, string? Value, bool Secret, bool Declared);

    private sealed record RelationRow(string Resource, string Type);

    private sealed record ResourceDetails(
        ResourceRow Resource, DateTime? Created, HealthRow[] Health, ValueRow[] Properties, ValueRow[] Environment, RelationRow[] Relations);
}
