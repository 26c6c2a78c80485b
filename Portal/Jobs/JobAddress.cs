using Linnaeus.Portal.Components;
using Linnaeus.Portal.Models;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Jobs;

/// <summary>Where a job leads.</summary>
public static class JobAddress
{
    /// <summary>Its page; a diagnosis's is its report.</summary>
    public static string Of(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job.Kind == "diagnose" ? $"reports/{job.Id}" : $"jobs/{job.Id}";
    }

    /// <summary>The version that it made; null as long as it has made none.</summary>
    public static (string Address, string Name)? VersionOf(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job is { Kind: "train", Result: { } result } && Display.TextAt(result, "model") is { } model && Display.TextAt(result, "version") is { } version
            ? (ModelAddress.Of(model, version), $"{model}/{version}") : null;
    }
}
