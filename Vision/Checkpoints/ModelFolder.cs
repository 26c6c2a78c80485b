using System.Security.Cryptography;
using System.Text.Json;
using Linnaeus.Vision.Networks;
using TorchSharp;

namespace Linnaeus.Vision.Checkpoints;

/// <summary>A network read from a model folder with its description. Owns the network.</summary>
public sealed record LoadedModel(ImageClassifier Network, ModelDescription Description) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();
}

/// <summary>
/// A model folder in MLflow's format: <c>MLmodel</c>, <c>model.safetensors</c> and <c>model.json</c>.
/// Reading it runs no code from it.
/// </summary>
public static class ModelFolder
{
    /// <summary>Weights by torchvision's state-dict names.</summary>
    public const string WeightsFile = "model.safetensors";

    /// <summary>The <see cref="ModelDescription"/>.</summary>
    public const string DescriptionFile = "model.json";

    /// <summary>MLflow's description.</summary>
    public const string MlflowFile = "MLmodel";

    /// <summary>Writes the three files and returns the written description, with the weights' SHA-256.</summary>
    /// <param name="folder">Created when missing; files of these names are replaced.</param>
    /// <param name="network">Its current weights are written.</param>
    /// <param name="description">Must match the network's architecture and class count.</param>
    /// <param name="mlflow">Run and time for MLflow's file.</param>
    public static ModelDescription Write(string folder, ImageClassifier network, ModelDescription description, MlflowModelInfo? mlflow = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(description);
        if (description.Architecture != network.Architecture.Name() || description.Classes.Count != network.Classes)
            throw new ArgumentException(
                $"The description is for {description.Architecture} with {description.Classes.Count} classes, but the network is {network.Architecture.Name()} with {network.Classes}.",
                nameof(description));
        Directory.CreateDirectory(folder);
        var weights = Path.Combine(folder, WeightsFile);
        var digest = SafetensorsFile.Write(weights, network.NamedTensors(), new Dictionary<string, string> { ["format"] = "pt" });
        var complete = description with { WeightsSha256 = digest };
        File.WriteAllText(Path.Combine(folder, DescriptionFile), JsonSerializer.Serialize(complete, VisionJson.Options));
        File.WriteAllText(Path.Combine(folder, MlflowFile), MlflowModel.Format(complete, mlflow ?? new(), FolderSize(folder)));
        return complete;
    }

    /// <summary>Reads only the description.</summary>
    /// <exception cref="CheckpointException">It is missing or unreadable; the message names the file.</exception>
    public static ModelDescription ReadDescription(string folder)
    {
        var path = Path.Combine(folder, DescriptionFile);
        if (!File.Exists(path))
            throw new CheckpointException($"'{folder}' is not a model folder: {DescriptionFile} is missing.");
        ModelDescription description;
        try
        {
            description = JsonSerializer.Deserialize<ModelDescription>(File.ReadAllText(path), VisionJson.Options)
                ?? throw new CheckpointException($"'{path}' is empty.");
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"'{path}' is not a valid model description: {e.Message}", e);
        }

        Check(description, path);
        return description;
    }

    /// <summary>Verifies the weights' SHA-256, then builds and loads the network in evaluation mode, frozen.</summary>
    /// <param name="folder">A folder written by <see cref="Write"/>.</param>
    /// <param name="device">Device of the network; CPU when null.</param>
    /// <exception cref="CheckpointException">Missing or corrupt file, unknown architecture, missing tensor or wrong shape.</exception>
    public static LoadedModel Read(string folder, torch.Device? device = null)
    {
        var description = ReadDescription(folder);
        var weights = Path.Combine(folder, WeightsFile);
        if (!File.Exists(weights))
            throw new CheckpointException($"'{folder}' is not a complete model folder: {WeightsFile} is missing.");
        CheckDigest(weights, description.WeightsSha256);
        var network = Architectures.Create(Choice.Parse<Architecture>(description.Architecture), description.Classes.Count);
        try
        {
            Weights.Load(network, weights);
            network.eval();
            network.SetTrainable(false);
            if (device is not null)
                network.to(device);
            return new LoadedModel(network, description);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>SHA-256 of a file in lower-case hex.</summary>
    internal static string Digest(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Verifies a file's checksum; a null checksum passes.</summary>
    internal static void CheckDigest(string path, string? expected)
    {
        if (expected is null)
            return;
        var actual = Digest(path);
        if (!string.Equals(actual, expected, StringComparison.OrdinalIgnoreCase))
            throw new CheckpointException($"'{path}' is corrupt: its SHA-256 is {actual}, expected {expected}. Download it again.");
    }

    private static void Check(ModelDescription description, string path)
    {
        if (!Choice.TryParse<Architecture>(description.Architecture, out _))
            throw new CheckpointException($"'{path}' names the unknown architecture '{description.Architecture}'. Known: {string.Join(", ", Choice.Names<Architecture>())}.");
        if (description.Classes is not { Count: > 0 })
            throw new CheckpointException($"'{path}' lists no classes.");
        if (description.Temperature is not (null or > 0))
            throw new CheckpointException($"'{path}': temperature must be above 0, got {description.Temperature}.");
        if (description.Preprocessing is not { ImageSize: > 0 and <= Preprocessing.MaximumImageSize, Mean.Count: 3, Std.Count: 3 } preprocessing || preprocessing.Std.Any(s => !(s > 0)))
            throw new CheckpointException($"'{path}': preprocessing needs an image size of 1 to {Preprocessing.MaximumImageSize}, three means and three positive standard deviations.");
    }

    private static long FolderSize(string folder) => new DirectoryInfo(folder).EnumerateFiles().Sum(f => f.Length);
}
