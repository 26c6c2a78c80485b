using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Explanations;

namespace Linnaeus.Explainer.Requests;

/// <summary>
/// Reads a request strictly and whole: unknown fields, wrong types and values outside their range are all collected, so that one answer
/// names every fault.
/// </summary>
public sealed class ExplanationRequestReader
{
    private static readonly string[] Fields = ["model", "method", "image", "target", "steps", "baseline"];
    private readonly Dictionary<string, string[]> faults = [];

    private ExplanationRequestReader()
    {
    }

    /// <returns>The request, or null with the faults by field.</returns>
    public static (ExplanationRequest? Request, IDictionary<string, string[]> Faults) Read(JsonElement body)
    {
        var reader = new ExplanationRequestReader();
        if (body.ValueKind != JsonValueKind.Object)
        {
            reader.faults["$"] = [$"The body must be a JSON object with the fields {string.Join(", ", Fields)}."];
            return (null, reader.faults);
        }
        var request = reader.ReadObject(body);
        return (reader.faults.Count == 0 ? request : null, reader.faults);
    }

    private ExplanationRequest? ReadObject(JsonElement body)
    {
        foreach (var name in body.EnumerateObject().Select(field => field.Name).Where(name => !Fields.Contains(name)))
            faults[name] = [$"'{name}' is not a field of an explanation request; known are {string.Join(", ", Fields)}."];

        var model = Model(body);
        var method = Choice(body, "method", ExplanationNames.Method, null, ExplanationNames.GradCam, ExplanationNames.IntegratedGradients);
        var image = Image(body);
        var target = Target(body);
        var steps = Steps(body);
        var baseline = Choice(
            body, "baseline", ExplanationNames.BaselineOf, Baseline.Black, ExplanationNames.Black, ExplanationNames.Mean);
        return faults.Count == 0 ? new ExplanationRequest(model!, method!.Value, image!, target, steps, baseline!.Value) : null;
    }

    private ModelUri? Model(JsonElement body)
    {
        if (Text(body, "model", required: true) is not { } text)
            return null;
        if (ModelUri.TryParse(text, out var model))
            return model;
        return Fault<ModelUri>("model", $"'{text}' does not name a version; write models:/NAME/VERSION or models:/NAME@ALIAS.");
    }

    private ImageReference? Image(JsonElement body)
    {
        if (Text(body, "image", required: true) is not { } text)
            return null;
        return ImageReference.Parse(text, out var fault) ?? Fault<ImageReference>("image", fault!);
    }

    private TargetClass? Target(JsonElement body)
    {
        if (!body.TryGetProperty("target", out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return new TargetClass(null, value.GetString());
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var index) && index >= 0)
            return new TargetClass(index, null);
        return Fault<TargetClass>("target", $"{value.GetRawText()} is neither null, a class index from 0 nor a class name.");
    }

    private int Steps(JsonElement body)
    {
        if (!body.TryGetProperty("steps", out var value) || value.ValueKind == JsonValueKind.Null)
            return ExplanationRequest.DefaultSteps;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var steps)
            && steps is >= ExplanationRequest.MinimumSteps and <= ExplanationRequest.MaximumSteps)
            return steps;
        faults["steps"] =
            [$"{value.GetRawText()} is not a whole number from {ExplanationRequest.MinimumSteps} to {ExplanationRequest.MaximumSteps}."];
        return ExplanationRequest.DefaultSteps;
    }

    private T? Choice<T>(JsonElement body, string field, Func<string, T?> parse, T? fallback, params string[] names)
        where T : struct
    {
        if (Text(body, field, required: fallback is null) is not { } text)
            return fallback;
        if (parse(text) is { } choice)
            return choice;
        faults[field] = [$"'{text}' is not known; choose {string.Join(" or ", names)}."];
        return null;
    }

    private string? Text(JsonElement body, string field, bool required)
    {
        if (!body.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
            return required ? Fault<string>(field, "is required.") : null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : Fault<string>(field, "must be a string.");
    }

    private T? Fault<T>(string field, string message)
        where T : class
    {
        faults[field] = [message];
        return null;
    }
}
