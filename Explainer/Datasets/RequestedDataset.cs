using System.Security.Claims;
using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Access;
using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Data;

namespace Linnaeus.Explainer.Datasets;

/// <summary>Which dataset a request is about: <c>dataset=</c> names one as a spec does, <c>job=</c> means the one of a training.</summary>
public sealed class RequestedDataset(OpenedDatasets opened, RegistryClient registry, AccessOptions access)
{
    /// <exception cref="ProblemException">400: neither or both are given; 403: a folder is named by somebody who may not train on it; 404, 422.</exception>
    public async Task<Dataset> OpenAsync(string? dataset, string? job, ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(dataset) == string.IsNullOrWhiteSpace(job))
            throw new ProblemException(StatusCodes.Status400BadRequest,
                "Ask for dataset=synthetic-flowers, dataset=flowers102, dataset=folder:PATH or job=ID of a training; one of them.");
        if (!string.IsNullOrWhiteSpace(job))
            return await opened.GetAsync(await SpecOfAsync(job, cancellationToken), cancellationToken);
        // It names any folder of this machine, as only a spec may.
        if (access.Mode == AccessMode.Required && dataset!.StartsWith(SpecDataset.FolderPrefix, StringComparison.Ordinal)
            && AccessClaims.ScopeOf(caller) is null or AccessScope.Read)
            throw new ProblemException(StatusCodes.Status403Forbidden, "To look into a folder takes a token of scope write; one that a training has used is shown by job=ID.");
        return await opened.GetAsync(new TrainingSpec { Dataset = dataset! }, cancellationToken);
    }

    private async Task<TrainingSpec> SpecOfAsync(string id, CancellationToken cancellationToken)
    {
        var job = await registry.Jobs.GetAsync(id, cancellationToken);
        return job.Kind == "train" && job.Spec.Deserialize<TrainingSpec>(ApiJson.Options) is { } spec
            ? spec
            : throw new ProblemException(StatusCodes.Status404NotFound, $"The job {id} is no training.");
    }
}
