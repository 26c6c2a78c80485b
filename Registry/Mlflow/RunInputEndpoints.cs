using System.Text.Json;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Tracking;

namespace Linnaeus.Registry.Mlflow;

/// <summary><c>runs/log-inputs</c>, <c>runs/outputs</c> and <c>runs/log-model</c>.</summary>
internal static class RunInputEndpoints
{
    public static void MapRunInputs(this IEndpointRouteBuilder mlflow)
    {
        var runs = mlflow.MapGroup("/runs");
        runs.MapPost("/log-inputs", LogInputsAsync);
        runs.MapPost("/outputs", LogOutputsAsync);
        runs.MapPost("/log-model", LogModelAsync);
    }

    private static async Task<IResult> LogInputsAsync(MlflowRequest request, RunInputStore store, CancellationToken cancellationToken)
    {
        var runId = request.RunId();
        if (!request.Has("datasets") && !request.Has("models")) throw MlflowRequest.Missing("datasets");
        var datasets = request.Messages("datasets");
        Limits.CheckBatch("datasets", Limits.BatchDatasets, datasets.Count);
        var models = request.Messages("models").ConvertAll(m => new RunModel { ModelId = m.RequiredString("model_id") });
        await store.LogAsync(runId, datasets.ConvertAll(Input), models, cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> LogOutputsAsync(MlflowRequest request, RunInputStore store, CancellationToken cancellationToken)
    {
        var runId = request.RunId();
        if (!request.Has("models")) throw MlflowRequest.Missing("models");
        var models = request.Messages("models")
            .ConvertAll(m => new RunModel { ModelId = m.RequiredString("model_id"), Step = m.Int64("step") ?? 0, IsOutput = true });
        await store.LogAsync(runId, [], models, cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> LogModelAsync(MlflowRequest request, RunInputStore store, CancellationToken cancellationToken)
    {
        var runId = request.RunId();
        var model = request.RequiredString("model_json");
        CheckModel(model);
        await store.AppendModelAsync(runId, model, cancellationToken);
        return MlflowResult.Empty;
    }

    private static void CheckModel(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw RegistryException.Invalid("Malformed model info: model_json must be a JSON object.");
            string[] required = ["artifact_path", "flavors", "utc_time_created", "run_id"];
            var missing = required.Where(field => !document.RootElement.TryGetProperty(field, out _)).ToList();
            if (missing.Count > 0) throw RegistryException.Invalid($"Model json is missing mandatory fields: {string.Join(", ", missing)}.");
        }
        catch (JsonException fault)
        {
            throw new RegistryException(ErrorCode.InvalidParameterValue, $"Malformed model info: model_json is not JSON. {fault.Message}",
                fault);
        }
    }

    private static DatasetInput Input(MlflowRequest input)
    {
        var dataset = input.Message("dataset") ?? throw MlflowRequest.Missing("dataset");
        var tags = input.Messages("tags").ConvertAll(t => KeyValuePair.Create(
            Limits.CheckInput("InputTag key", t.RequiredString("key"), 255)!, Limits.CheckInput("InputTag value", t.String("value"), 500) ?? ""));
        return new DatasetInput(new Dataset
        {
            Name = Limits.CheckInput("Dataset name", dataset.RequiredString("name"), 500)!,
            Digest = Limits.CheckInput("Dataset digest", dataset.RequiredString("digest"), 36)!,
            SourceType = dataset.RequiredString("source_type"),
            Source = Limits.CheckInput("Dataset source", dataset.RequiredText("source"), 65_535)!,
            Schema = Limits.CheckInput("Dataset schema", dataset.String("schema"), 1_048_575),
            Profile = Limits.CheckInput("Dataset profile", dataset.String("profile"), 16_777_215),
        }, tags);
    }
}
