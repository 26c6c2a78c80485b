using System.Security.Claims;
using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Access;
using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Data;

namespace Linnaeus.Explainer.Datasets;

/// <summary>Resolves the dataset of a request: <c>dataset=</c> as in a spec, or <c>job=</c> for that of a training job.</summary>
public sealed class RequestedDataset(OpenedDatasets opened, RegistryClient registry, AccessOptions access)
{
    /// <exception cref="ProblemException">400: neither or both are given; 403: the caller may not open folders; 404, 422.</exception>
    public async Task<Dataset> OpenAsync(string? dataset, string? job, ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(dataset) == string.IsNullOrWhiteSpace(job))
            throw new ProblemException(StatusCodes.Status400BadRequest,
                "Specify exactly one of dataset=synthetic-flowers, dataset=flowers102, dataset=folder:PATH or job=ID of a training job.");
        if (!string.IsNullOrWhiteSpace(job))
            return await opened.GetAsync(await SpecOfAsync(job, cancellationToken), cancellationToken);
        // A folder can be any on this machine, so it takes the same scope as submitting a spec.
        if (access.Mode == AccessMode.Required && dataset!.StartsWith(SpecDataset.FolderPrefix, StringComparison.Ordinal)
            && AccessClaims.ScopeOf(caller) is null or AccessScope.Read)
            throw new ProblemException(StatusCodes.Status403Forbidden, "Opening a folder requires a token with scope write. Use job=ID for the dataset of a training job.");
        return await opened.GetAsync(new TrainingSpec { Dataset = dataset! }, cancellationToken);
    }

    private async Task<TrainingSpec> SpecOfAsync(string id, CancellationToken cancellationToken)
    {
        var job = await registry.Jobs.GetAsync(id, cancellationToken);
        return job.Kind == "train" && job.Spec.Deserialize<TrainingSpec>(ApiJson.Options) is { } spec
            ? spec
            : throw new ProblemException(StatusCodes.Status404NotFound, $"Job {id} is not a training job.");
    }
}
