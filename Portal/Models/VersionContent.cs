using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Models;

/// <summary>Content of a model version page.</summary>
/// <param name="Run">The run that registered the version; null if there is none or it was deleted.</param>
/// <param name="Champion">Version number of the champion; null if there is none.</param>
/// <param name="Figures">Artifact paths of the run's figures.</param>
/// <param name="Reports">IDs of its error analysis reports.</param>
public sealed record VersionContent(
    ModelVersionInfo Version, VersionLineage Lineage, Run? Run, string? Champion, IReadOnlyList<string> Figures, IReadOnlyList<string> Reports)
{
    private static readonly string[] Order = ["per_class", "confusion_matrix", "reliability", "robustness"];

    public static async Task<VersionContent> ReadAsync(RegistryClient registry, ModelUri uri, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(uri);
        var version = await registry.ModelVersions.GetAsync(uri, cancellationToken);
        var lineage = registry.ModelVersions.LineageAsync(uri, cancellationToken);
        var aliases = registry.Aliases.ListAsync(uri.Name, cancellationToken);
        var origin = await lineage;
        var run = origin.Run is { Deleted: false } found ? await registry.Runs.GetAsync(found.RunId, cancellationToken) : null;
        var figures = run is null ? [] : await registry.Artifacts.ListAsync(run.RunId, "figures", cancellationToken);
        var reports = run is null ? [] : await registry.Artifacts.ListAsync(run.RunId, "diagnoses", cancellationToken);
        return new VersionContent(version, origin, run, (await aliases).FirstOrDefault(a => a.Alias == "champion")?.Version,
            [.. figures.Where(file => !file.IsDir && IsPicture(file.Path)).Select(file => file.Path).OrderBy(Place).ThenBy(path => path, StringComparer.Ordinal)],
            [.. reports.Where(file => file.IsDir).Select(file => Path.GetFileName(file.Path))]);
    }

    private static bool IsPicture(string path) => Path.GetExtension(path) is ".svg" or ".png" or ".jpg" or ".webp";

    private static int Place(string path) => Array.IndexOf(Order, Path.GetFileNameWithoutExtension(path)) is var at and >= 0 ? at : Order.Length;
}
