using Linnaeus.Portal.Components;
using Linnaeus.Portal.Models;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Jobs;

/// <summary>Addresses of a job and of its result.</summary>
public static class JobAddress
{
    /// <summary>The page of a job; an error analysis has a report page instead.</summary>
    public static string Of(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job.Kind == "diagnose" ? $"reports/{job.Id}" : $"jobs/{job.Id}";
    }

    /// <summary>The model version that the job registered; null if it has registered none.</summary>
    /// <returns>Name: MODEL/NUMBER.</returns>
    public static (string Address, string Name)? VersionOf(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job is { Kind: "train", Result: { } result } && Display.TextAt(result, "model") is { } model && Display.TextAt(result, "version") is { } version
            ? (ModelAddress.Of(model, version), $"{model}/{version}") : null;
    }
}
