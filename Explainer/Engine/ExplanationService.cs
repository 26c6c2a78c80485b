using System.Diagnostics;
using Linnaeus.Explainer.Models;
using Linnaeus.Explainer.Requests;
using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Engine;

/// <summary>Returns the stored explanation of a request, or computes and stores it.</summary>
public sealed class ExplanationService(
    RegisteredVersions versions,
    RequestedImages images,
    ModelCache models,
    ExplanationEngine engine,
    ExplanationStore store,
    ComputeQueue queue,
    ExplainerTelemetry telemetry)
{
    private readonly SingleFlight<ExplanationRecord> flights = new();

    /// <param name="request">Checked.</param>
    /// <param name="refuseWhenFull">Fails with 429 when the queue is full, instead of waiting.</param>
    /// <param name="cancellationToken">Cancels the computation unless another caller waits for it.</param>
    /// <exception cref="ProblemException">The request cannot be served; the message says why.</exception>
    /// <exception cref="RegistryException">The version or image is not in the Registry, or the Registry does not answer.</exception>
    public async Task<ExplanationRecord> ExplainAsync(CheckedExplanation request, bool refuseWhenFull, CancellationToken cancellationToken)
    {
        using var activity = ExplainerTelemetry.Source.StartActivity($"explain {request.Method.Parameters.Method.Name()}");
        activity?.SetTag("linnaeus.model", request.Model.ToString());
        var version = await versions.ReadyAsync(request.Model, cancellationToken);
        var image = await images.ReadAsync(request.Image, cancellationToken);
        var input = new ExplanationInput(image, VersionChecksum.Of(version), request);
        var id = ExplanationId.Of(version, image.Sha256, request);
        activity?.SetTag("linnaeus.explanation.id", id);
        return await flights.RunAsync(id, token => FindOrComputeAsync(id, version, input, refuseWhenFull, token), cancellationToken);
    }

    private async Task<ExplanationRecord> FindOrComputeAsync(
        string id, ModelVersionInfo version, ExplanationInput input, bool refuseWhenFull, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var method = input.Request.Method;
        if (await store.FindAsync(id, cancellationToken) is { } found)
        {
            telemetry.Reused(method.Parameters.Method.Name());
            return found;
        }
        object key = method.SharesPasses ? (input.ModelChecksum, method.Parameters, input.Request.Quality) : new object();
        ComputedExplanation explanation;
        using (var activity = ExplainerTelemetry.Source.StartActivity("compute"))
        {
            explanation = await queue.RunAsync<ExplanationInput, ComputedExplanation>(
                key, input, (inputs, token) => ComputeAsync(version, inputs, token), refuseWhenFull, cancellationToken);
            activity?.SetTag("linnaeus.computed_together", explanation.Summary.Provenance.ComputedTogether);
        }
        var record = await store.SaveAsync(id, version, explanation, cancellationToken);
        telemetry.Computed(method.Parameters.Method.Name(), clock.Elapsed.TotalSeconds);
        return record;
    }

    private async Task<IReadOnlyList<Outcome<ComputedExplanation>>> ComputeAsync(
        ModelVersionInfo version, IReadOnlyList<ExplanationInput> inputs, CancellationToken cancellationToken)
    {
        using var rental = await models.RentAsync(version, cancellationToken);
        return engine.Compute(rental.Version, inputs, cancellationToken);
    }
}
