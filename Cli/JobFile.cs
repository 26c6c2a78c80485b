using System.Text.Json;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli;

/// <summary>Reads a job file.</summary>
internal static class JobFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <param name="path">A JSON file, or <c>-</c> for standard input. Comments and trailing commas are allowed.</param>
    /// <exception cref="FormatException">The file is not a JSON object.</exception>
    public static async Task<JobRequest> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
        try
        {
            using var json = await JsonDocument.ParseAsync(stream, Lenient, cancellationToken);
            return Read(json.RootElement.Clone(), path);
        }
        catch (JsonException error)
        {
            throw new FormatException($"{path} is not JSON: {error.Message}", error);
        }
    }

    private static JobRequest Read(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new FormatException($"{path} must contain a JSON object. It can be a training spec, or a job with the fields kind and spec.");
        if (!json.TryGetProperty("spec", out var spec))
            return new JobRequest("train", json);
        return json.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String
            ? new JobRequest(kind.GetString()!, spec)
            : throw new FormatException($"{path} has a spec but no kind. Add \"kind\": \"train\" or \"sweep\".");
    }
}
