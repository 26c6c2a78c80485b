using System.Text.Json;

namespace Aspire.Hosting.Runtime;

/// <summary>A profile of a project's launchSettings.json.</summary>
internal sealed record LaunchProfile(
    string Name, IReadOnlyList<string> ApplicationUrls, IReadOnlyDictionary<string, string> EnvironmentVariables, string? CommandLineArgs);

/// <summary>Reads <c>Properties/launchSettings.json</c>.</summary>
internal static class LaunchSettings
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The project's own profiles (<c>commandName</c> Project) in their order; none when there is no file.</summary>
    /// <exception cref="DistributedApplicationException">The file is not JSON.</exception>
    public static IReadOnlyList<LaunchProfile> Read(string projectDirectory)
    {
        var path = Path.Combine(projectDirectory, "Properties", "launchSettings.json");
        if (!File.Exists(path))
            return [];
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), Lenient);
            if (!document.RootElement.TryGetProperty("profiles", out var profiles))
                return [];
            return [.. profiles.EnumerateObject().Where(p => Text(p.Value, "commandName") == "Project").Select(Parse)];
        }
        catch (JsonException exception)
        {
            throw new DistributedApplicationException($"{path} is not valid JSON: {exception.Message}", exception);
        }
    }

    private static LaunchProfile Parse(JsonProperty profile)
    {
        var urls = Text(profile.Value, "applicationUrl")?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        var variables = new Dictionary<string, string>();
        if (profile.Value.TryGetProperty("environmentVariables", out var declared))
        {
            foreach (var variable in declared.EnumerateObject())
                variables[variable.Name] = Environment.ExpandEnvironmentVariables(variable.Value.GetString() ?? "");
        }
        return new LaunchProfile(profile.Name, urls, variables, Text(profile.Value, "commandLineArgs"));
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
