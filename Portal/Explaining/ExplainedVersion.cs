using System.Net;
using System.Text.Json;
using Linnaeus.Portal.Components;
using Linnaeus.Portal.Endpoints;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Explaining;

/// <summary>Content of the Explain page for a model version.</summary>
/// <param name="Classes">In output order; empty if unknown.</param>
/// <param name="Samples">Test images stored with the run.</param>
/// <param name="Explained">Images explained before, newest first.</param>
public sealed record ExplainedVersion(
    ModelVersionInfo Version, IReadOnlyList<string> Classes, IReadOnlyList<SampleImage> Samples, IReadOnlyList<ExplainedImage> Explained)
{
    private const int LargestFile = 4 << 20;
    private const int MethodsShown = 5;

    public static async Task<ExplainedVersion> ReadAsync(RegistryClient registry, ModelUri uri, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var version = await registry.ModelVersions.GetAsync(uri, cancellationToken);
        var description = JsonAsync<Described>(registry, $"{version.ArtifactPath}/model.json", version.RunId, cancellationToken);
        var samples = JsonAsync<List<SampleImage>>(registry, "samples/samples.json", version.RunId, cancellationToken);
        var records = await registry.Explanations.ListAsync(ModelUri.OfVersion(version.Name, int.Parse(version.Version, System.Globalization.CultureInfo.InvariantCulture)), cancellationToken);
        return new ExplainedVersion(version, (await description)?.Classes ?? [], await samples ?? [], Group(records));
    }

    private static List<ExplainedImage> Group(IReadOnlyList<ExplanationRecord> records) =>
        [.. records.GroupBy(PictureOf).Select(group => new ExplainedImage([.. group.DistinctBy(record => record.Method).Take(MethodsShown)]))];

    private static string PictureOf(ExplanationRecord record) =>
        Display.TextAt(record.Summary, "provenance", "image_sha256") ?? record.Id;

    // Runs of other clients may lack these files or have others of that name.
    private static async Task<T?> JsonAsync<T>(RegistryClient registry, string path, string run, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(await registry.Artifacts.ReadBytesAsync(ArtifactUri.OfRun(run, path), LargestFile, cancellationToken), ApiJson.Options);
        }
        catch (RegistryException error) when (error.Status is HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Described(IReadOnlyList<string>? Classes);
}

/// <summary>A test image stored with the run, with its prediction.</summary>
/// <param name="Path">Artifact path.</param>
public sealed record SampleImage(string Path, string? Class, string? Predicted, double? Probability);

/// <summary>An image with its latest explanation by each method.</summary>
public sealed record ExplainedImage(IReadOnlyList<ExplanationRecord> Records)
{
    public string Address => $"explain/{string.Join(',', Records.Select(record => record.Id))}";

    public string Picture => FileAddress.Of(Records[0].RunId, $"{Records[0].ArtifactPath}/overlay.png");

    public string Told => Display.TextAt(Records[0].Summary, "predicted_class") ?? "explained";
}
