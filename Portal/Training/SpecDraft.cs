using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Linnaeus.Portal.Components;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Training;

/// <summary>
/// A job being edited, as form fields and as JSON in sync. While the JSON does not parse, the fields keep their last values.
/// </summary>
public sealed class SpecDraft
{
    private static readonly JsonDocumentOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private JsonObject _request = new() { ["kind"] = "train", ["spec"] = new JsonObject() };

    public SpecDraft(string text) => SetText(text);

    /// <summary>The current JSON.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Where and why <see cref="Text"/> does not parse; null if it parses.</summary>
    public string? Fault { get; private set; }

    public string Kind => _request["kind"] is JsonValue value && value.TryGetValue<string>(out var kind) ? kind : "train";

    public bool IsSweep => Kind == "sweep";

    /// <summary>JSON path of the training fields; for a sweep, of the settings that its runs share.</summary>
    public string Root => IsSweep ? "$.spec.base" : "$.spec";

    public JobRequest Request => new(Kind, JsonSerializer.SerializeToElement(_request["spec"]));

    /// <summary>Clones the spec of a job and drops values that equal the defaults.</summary>
    public static SpecDraft Of(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var spec = JsonNode.Parse(job.Spec.GetRawText())!.AsObject();
        Reduce(job.Kind == "sweep" && spec["base"] is JsonObject common ? common : spec, SpecDefaults.Json);
        return new SpecDraft(Written(new JsonObject { ["kind"] = job.Kind, ["spec"] = spec }));
    }

    /// <summary>Parses JSON: a job, or a bare training spec.</summary>
    public void SetText(string text)
    {
        Text = text ?? "";
        try
        {
            if (JsonNode.Parse(Text, documentOptions: Reading) is not JsonObject json)
                Fault = "Enter a JSON object: {\"kind\": \"train\", \"spec\": {…}}.";
            else if (json.ContainsKey("spec") && json["spec"] is not JsonObject)
                Fault = "\"spec\" must be an object: {…}.";
            else
                (_request, Fault) = (json.ContainsKey("spec") ? json : new JsonObject { ["kind"] = "train", ["spec"] = json }, null);
        }
        catch (JsonException error)
        {
            Fault = string.Create(CultureInfo.InvariantCulture, $"Line {error.LineNumber + 1}, column {error.BytePositionInLine + 1}: invalid JSON. {Reason(error)}");
        }
        catch (ArgumentException error) // duplicate property name
        {
            Fault = error.Message;
        }
    }

    /// <summary>The value of a field as its input shows it; null if the JSON omits it.</summary>
    /// <param name="path">E.g. <c>epochs</c> or <c>early_stopping.patience</c>.</param>
    public string? Get(string path) => TextAt(Fields(), path);

    /// <summary>Sets a field, or removes it if <paramref name="value"/> is null. Does nothing while the JSON does not parse.</summary>
    public void Set(string path, JsonNode? value)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Fault is not null)
            return;
        var names = path.Split('.');
        var parents = new Stack<(JsonObject Object, string Name)>();
        var at = Fields();
        foreach (var name in names[..^1])
        {
            if (at[name] is not JsonObject inner)
            {
                if (value is null)
                    return;
                at[name] = inner = [];
            }
            parents.Push((at, name));
            at = inner;
        }
        if (value is null)
            at.Remove(names[^1]);
        else
            at[names[^1]] = value;
        foreach (var (parent, name) in parents) // an empty object means the same as none
            if (parent[name] is JsonObject { Count: 0 })
                parent.Remove(name);
        Text = Written(_request);
    }

    /// <summary>The value of a field as its input shows it; null if absent.</summary>
    internal static string? TextAt(JsonObject spec, string path)
    {
        JsonNode? at = spec;
        foreach (var name in path.Split('.'))
            at = at is JsonObject inner ? inner[name] : null;
        return at switch
        {
            null => null,
            JsonValue value when value.TryGetValue<string>(out var text) => text,
            _ => at.ToJsonString(),
        };
    }

    private JsonObject Fields()
    {
        var spec = (JsonObject)_request["spec"]!;
        if (!IsSweep)
            return spec;
        if (spec["base"] is JsonObject common)
            return common;
        common = [];
        spec["base"] = common;
        return common;
    }

    private static void Reduce(JsonObject spec, JsonObject defaults)
    {
        foreach (var name in spec.Select(field => field.Key).ToList())
        {
            if (spec[name] is null || JsonNode.DeepEquals(spec[name], defaults[name]))
                spec.Remove(name);
        }
    }

    private static string Written(JsonObject request) => request.ToJsonString(Display.Indented);

    // The message ends with the position, which Fault gives at its start.
    private static string Reason(JsonException error) => error.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0];
}
