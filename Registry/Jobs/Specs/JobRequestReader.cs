using System.Text.Json;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Models;

namespace Linnaeus.Registry.Jobs.Specs;

/// <summary>A validated job request with its defaults filled in. One of the specs is set.</summary>
public sealed record CheckedJob(
    string Kind, TrainingSpec? Training = null, ExplanationSpec? Explanation = null, DiagnosisSpec? Diagnosis = null, CheckedSweep? Sweep = null)
{
    public string SpecJson =>
        JsonSerializer.Serialize<object?>(Training ?? (object?)Explanation ?? (object?)Diagnosis ?? Sweep?.Spec, ApiJson.Options);
}

/// <summary>Reads and validates the body of <c>POST /api/jobs</c> and reports every error.</summary>
public sealed class JobRequestReader(RegistryDb db)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = true, MaxDepth = 16 };

    /// <exception cref="RegistryException">400: not JSON, or invalid.</exception>
    public async Task<CheckedJob> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        using var document = await ParseAsync(body, cancellationToken);
        var faults = new Faults();
        var request = new SpecReader(document.RootElement, "$", faults);
        var kind = document.RootElement.ValueKind == JsonValueKind.Object ? ReadKind(request, faults) : "";
        var spec = request.Raw("spec");
        if (document.RootElement.ValueKind == JsonValueKind.Object)
            request.RejectUnknown();

        var job = await ReadSpecAsync(kind, spec, faults, cancellationToken);
        faults.ThrowIfAny("The job");
        return job;
    }

    private async Task<CheckedJob> ReadSpecAsync(string kind, JsonElement spec, Faults faults, CancellationToken cancellationToken)
    {
        if (kind == JobKinds.Train)
        {
            var training = TrainingSpecReader.Read(new SpecReader(spec, "$.spec", faults), faults);
            await CheckVersionAsync(training.Weights, "$.spec.weights", faults, cancellationToken);
            await CheckExperimentAsync(training.Experiment, "$.spec.experiment", faults, cancellationToken);
            return new CheckedJob(kind, Training: training);
        }

        if (kind == JobKinds.Explain)
        {
            var explanation = ExplanationSpecReader.Read(new SpecReader(spec, "$.spec", faults), faults);
            await CheckVersionAsync(explanation.Model, "$.spec.model", faults, cancellationToken);
            return new CheckedJob(kind, Explanation: explanation);
        }

        if (kind == JobKinds.Diagnose)
        {
            var diagnosis = DiagnosisSpecReader.Read(new SpecReader(spec, "$.spec", faults), faults);
            await CheckVersionAsync(diagnosis.Model, "$.spec.model", faults, cancellationToken);
            return new CheckedJob(kind, Diagnosis: diagnosis);
        }

        return kind == JobKinds.Sweep ? await ReadSweepAsync(spec, faults, cancellationToken) : new CheckedJob(kind);
    }

    private async Task<CheckedJob> ReadSweepAsync(JsonElement spec, Faults faults, CancellationToken cancellationToken)
    {
        var sweep = SweepSpecReader.Read(new SpecReader(spec, "$.spec", faults), faults);
        var isSwept = sweep.Spec.Parameters.ContainsKey("weights");
        foreach (var weights in isSwept ? sweep.Trainings.Select(training => training.Spec.Weights).Distinct() : [sweep.Spec.Base.Weights])
            await CheckVersionAsync(weights, isSwept ? "$.spec.parameters.weights" : "$.spec.base.weights", faults, cancellationToken);
        await CheckExperimentAsync(sweep.Spec.Base.Experiment, "$.spec.base.experiment", faults, cancellationToken);
        return new CheckedJob(JobKinds.Sweep, Sweep: sweep);
    }

    private static string ReadKind(SpecReader request, Faults faults)
    {
        if (request.Has("kind"))
            return request.Choice("kind", "", [.. JobKinds.All]);
        request.Raw("kind");
        faults.Add("$.kind", $"is required: \"{string.Join("\" or \"", JobKinds.All)}\".");
        return "";
    }

    private async Task CheckVersionAsync(string uri, string path, Faults faults, CancellationToken cancellationToken)
    {
        if (!faults.Has(path) && ModelUri.TryParse(uri, out var model) && await new VersionLookup(db).FindAsync(model, cancellationToken) is null)
            faults.Add(path, $"must be an existing model version, got {model}.");
    }

    private async Task CheckExperimentAsync(string name, string path, Faults faults, CancellationToken cancellationToken)
    {
        var experiment = await TrainingRuns.FindExperimentAsync(db, name, cancellationToken);
        if (experiment is { Deleted: true })
            faults.Add(path, $"is the deleted experiment \"{name}\". Restore it or choose another name.");
    }

    private static async Task<JsonDocument> ParseAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonDocument.ParseAsync(body, Strict, cancellationToken);
        }
        catch (JsonException error)
        {
            throw new RegistryException(ErrorCode.BadRequest, $"The body is not JSON: {error.Message} Send {{\"kind\": ..., \"spec\": {{...}}}}.", error)
            {
                Extensions = new Dictionary<string, object?> { ["errors"] = new Dictionary<string, string[]> { ["$"] = [error.Message] } },
            };
        }
    }
}
