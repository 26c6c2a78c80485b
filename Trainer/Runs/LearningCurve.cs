using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Training;

namespace Linnaeus.Trainer.Runs;

/// <summary>The epochs of a run so far. Saved with each checkpoint, so that a resumed run keeps its full curve.</summary>
internal sealed class LearningCurve
{
    public const string FileName = "epochs.json";
    private readonly List<EpochReport> epochs;

    public LearningCurve(IEnumerable<EpochReport>? epochs = null) => this.epochs = [.. epochs ?? []];

    public IReadOnlyList<EpochReport> Epochs => epochs;

    /// <summary>
    /// The epoch with the highest validation accuracy, ties resolved by the lowest loss (common with few images); null
    /// without validation images.
    /// </summary>
    public int? BestEpoch => epochs.Where(epoch => epoch.ValAccuracy is not null)
        .OrderByDescending(epoch => epoch.ValAccuracy).ThenBy(epoch => epoch.ValLoss).FirstOrDefault()?.Epoch;

    public void Add(EpochReport report) => epochs.Add(report);

    public static LearningCurve Read(string path) =>
        new(JsonSerializer.Deserialize<EpochReport[]>(File.ReadAllText(path), ApiJson.Options));

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(epochs, ApiJson.Options));
}
