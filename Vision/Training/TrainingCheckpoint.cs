using System.Text.Json;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Networks;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Training;

/// <summary>
/// A training checkpoint folder: <c>model.safetensors</c>, <c>ema.safetensors</c> with EMA, <c>optimizer.safetensors</c>, and
/// <c>state.json</c>, which is written last with the SHA-256 of the others: the checkpoint is complete if and only if it exists and they match.
/// </summary>
public static class TrainingCheckpoint
{
    /// <summary>Current weights.</summary>
    public const string ModelFile = "model.safetensors";

    /// <summary>Averaged weights.</summary>
    public const string AverageFile = "ema.safetensors";

    /// <summary>The optimizer's moments, and the gradients of an unfinished update.</summary>
    public const string OptimizerFile = "optimizer.safetensors";

    /// <summary>The <see cref="TrainingState"/>.</summary>
    public const string StateFile = "state.json";

    /// <summary>Reads a checkpoint's state and verifies that it is complete.</summary>
    /// <exception cref="CheckpointException">A file is missing, unreadable or corrupt.</exception>
    public static TrainingState ReadState(string folder)
    {
        var path = Path.Combine(folder, StateFile);
        if (!File.Exists(path))
            throw new CheckpointException($"'{folder}' is not a complete checkpoint: {StateFile} is missing.");
        TrainingState state;
        try
        {
            state = JsonSerializer.Deserialize<TrainingState>(File.ReadAllText(path), VisionJson.Options)
                ?? throw new CheckpointException($"'{path}' is empty.");
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"'{path}' is not a valid training state: {e.Message}", e);
        }

        foreach (var (name, digest) in state.Files)
        {
            var file = Path.Combine(folder, name);
            if (Path.GetFileName(name) != name || !File.Exists(file))
                throw new CheckpointException($"'{folder}' is not a complete checkpoint: {name} is missing.");
            ModelFolder.CheckDigest(file, digest);
        }

        return state;
    }

    internal static void Write(string folder, ImageClassifier network, ImageClassifier? average, WeightOptimizer optimizer, TrainingState state)
    {
        using var scope = NewDisposeScope();
        Directory.CreateDirectory(folder);
        var statePath = Path.Combine(folder, StateFile);
        File.Delete(statePath);
        var files = new Dictionary<string, string>
        {
            [ModelFile] = SafetensorsFile.Write(Path.Combine(folder, ModelFile), network.NamedTensors()),
            [OptimizerFile] = SafetensorsFile.Write(
                Path.Combine(folder, OptimizerFile), [.. optimizer.NamedTensors(), .. state.MidUpdate ? optimizer.NamedGradients() : []]),
        };
        if (average is not null)
            files[AverageFile] = SafetensorsFile.Write(Path.Combine(folder, AverageFile), average.NamedTensors());
        var complete = state with { Files = files, OptimizerSteps = optimizer.Steps };
        var partial = statePath + ".partial";
        File.WriteAllText(partial, JsonSerializer.Serialize(complete, VisionJson.Options));
        File.Move(partial, statePath, overwrite: true);
    }

    /// <summary>Reads a checkpoint's state; options and batch count must match.</summary>
    /// <exception cref="CheckpointException">Incomplete, corrupt, or from different options or data.</exception>
    internal static TrainingState ReadState(string folder, TrainingOptions options, int batchCount)
    {
        var state = ReadState(folder);
        if (state.Options != options)
            throw new CheckpointException($"'{folder}' was saved with different training options: {state.Options}; now {options}.");
        if (state.BatchCount != batchCount)
            throw new CheckpointException($"'{folder}' was saved with {state.BatchCount} batches per epoch, now there are {batchCount}: the data or batch size differ.");
        return state;
    }

    /// <summary>Loads a checkpoint written by <see cref="Write"/>.</summary>
    /// <exception cref="CheckpointException">A file does not fit; nothing is changed.</exception>
    internal static void Load(string folder, TrainingState state, ImageClassifier network, ImageClassifier? average, WeightOptimizer optimizer)
    {
        using var model = OpenFitting(folder, ModelFile, network.NamedTensors());
        using var moments = OpenFitting(folder, OptimizerFile, optimizer.NamedTensors());
        using var averaged = average is null ? null : OpenFitting(folder, AverageFile, average.NamedTensors());
        foreach (var (name, tensor) in network.NamedTensors())
            model.ReadInto(name, tensor);
        foreach (var (name, tensor) in average?.NamedTensors() ?? [])
            averaged!.ReadInto(name, tensor);
        optimizer.Load(moments, state.OptimizerSteps);
    }

    /// <summary>Opens a file and checks that all tensors fit, so that loading cannot fail halfway.</summary>
    private static SafetensorsFile OpenFitting(string folder, string name, IReadOnlyList<(string Name, Tensor Tensor)> tensors)
    {
        var path = Path.Combine(folder, name);
        var file = SafetensorsFile.Open(path);
        foreach (var (tensorName, tensor) in tensors)
        {
            if (file.Contains(tensorName) && file.ShapeOf(tensorName).SequenceEqual(tensor.shape))
                continue;
            var found = file.Contains(tensorName) ? $"has shape [{string.Join(", ", file.ShapeOf(tensorName))}]" : "does not have it";
            file.Dispose();
            throw new CheckpointException($"'{path}' does not fit: '{tensorName}' must have shape [{string.Join(", ", tensor.shape)}], but the file {found}.");
        }

        return file;
    }
}
