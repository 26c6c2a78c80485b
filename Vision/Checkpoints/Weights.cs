using Linnaeus.Vision.Networks;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Checkpoints;

/// <summary>The result of loading initial weights.</summary>
/// <param name="Source">The requested source, e.g. <c>none</c>.</param>
/// <param name="Loaded">Number of loaded tensors.</param>
/// <param name="HeadReplaced">Whether the classifier was reinitialized because the class counts differ.</param>
/// <param name="Message">One sentence for the log.</param>
public sealed record WeightsReport(string Source, int Loaded, bool HeadReplaced, string Message);

/// <summary>Loads weights by torchvision's state-dict names.</summary>
public static class Weights
{
    private const string FilePrefix = "file:";

    /// <summary>Loads the initial weights of a run.</summary>
    /// <param name="network">A network with random weights.</param>
    /// <param name="source"><c>none</c> keeps the random weights; <c>file:PATH</c> loads a file, see <see cref="TransferFromFile"/>.</param>
    /// <exception cref="CheckpointException">The source is unknown or does not fit.</exception>
    public static WeightsReport Initialize(ImageClassifier network, string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source == "none")
            return new WeightsReport(source, 0, false, "Initialized with random weights.");
        if (source.StartsWith(FilePrefix, StringComparison.Ordinal))
            return TransferFromFile(network, source[FilePrefix.Length..], source);
        throw new CheckpointException($"Unknown weights '{source}'. Use none, file:PATH.safetensors or file:PATH.pth.");
    }

    /// <summary>
    /// Loads weights from a file. The classifier stays random if its class count differs.
    /// </summary>
    /// <param name="network">A network with random weights.</param>
    /// <param name="path"><c>.safetensors</c>, or PyTorch's <c>.pth</c> or <c>.pt</c>.</param>
    /// <param name="source">The user's name for the file, for the report; the path when null.</param>
    /// <exception cref="CheckpointException">The file cannot be read or does not fit.</exception>
    public static WeightsReport TransferFromFile(ImageClassifier network, string path, string? source = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(path);
        using ITensorFile file = Path.GetExtension(path).ToLowerInvariant() is ".pth" or ".pt" ? PyTorchFile.Open(path) : SafetensorsFile.Open(path);
        return Transfer(network, file, path, source ?? path);
    }

    /// <summary>
    /// Loads weights from a model folder. The classifier stays random if its class count differs.
    /// </summary>
    /// <param name="network">A network with random weights.</param>
    /// <param name="folder">Model folder of the same architecture.</param>
    /// <param name="source">The user's name for the model, for the report; the folder when null.</param>
    public static WeightsReport TransferFromFolder(ImageClassifier network, string folder, string? source = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        var description = ModelFolder.ReadDescription(folder);
        if (description.Architecture != network.Architecture.Name())
            throw new CheckpointException($"'{source ?? folder}' is an {description.Architecture} model; its weights do not fit {network.Architecture.Name()}.");
        var weights = Path.Combine(folder, ModelFolder.WeightsFile);
        ModelFolder.CheckDigest(weights, description.WeightsSha256);
        using var file = SafetensorsFile.Open(weights);
        return Transfer(network, file, weights, source ?? folder);
    }

    /// <summary>Loads every weight and buffer of a network from a safetensors file with exactly matching tensors.</summary>
    /// <exception cref="CheckpointException">Missing or unexpected tensor, or wrong shape; the network is unchanged.</exception>
    public static void Load(ImageClassifier network, string path)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var file = SafetensorsFile.Open(path);
        var tensors = network.NamedTensors();
        CheckFit(file, tensors, path, network.Architecture.Name());
        foreach (var (name, tensor) in tensors)
            file.ReadInto(name, tensor);
    }

    private static WeightsReport Transfer(ImageClassifier network, ITensorFile file, string path, string source)
    {
        var tensors = network.NamedTensors();
        var head = HeadNames(network);
        var headFits = tensors.Where(t => head.Contains(t.Name)).All(t => file.Contains(t.Name) && file.ShapeOf(t.Name).SequenceEqual(t.Tensor.shape));
        var wanted = headFits ? tensors : [.. tensors.Where(t => !head.Contains(t.Name))];
        CheckFit(file, wanted, path, network.Architecture.Name(), ignore: head);
        foreach (var (name, tensor) in wanted)
            file.ReadInto(name, tensor);
        return new WeightsReport(source, wanted.Count, !headFits, headFits
            ? $"Loaded {wanted.Count}/{wanted.Count} tensors from {source}."
            : $"Loaded {wanted.Count}/{tensors.Count} tensors from {source}; the classifier is newly initialized for {network.Classes} classes.");
    }

    private static HashSet<string> HeadNames(ImageClassifier network)
    {
        var own = network.Head.parameters().Select(p => p.Handle).ToHashSet();
        return [.. network.named_parameters().Where(p => own.Contains(p.parameter.Handle)).Select(p => p.name)];
    }

    private static void CheckFit(
        ITensorFile file, IReadOnlyList<(string Name, Tensor Tensor)> tensors, string path, string architecture, HashSet<string>? ignore = null)
    {
        if (tensors.FirstOrDefault(t => !file.Contains(t.Name)) is { Name: not null } missing)
            throw new CheckpointException($"'{path}' does not fit {architecture}: tensor '{missing.Name}' {Shape(missing.Tensor)} is missing.");
        foreach (var (name, tensor) in tensors)
        {
            if (!file.ShapeOf(name).SequenceEqual(tensor.shape))
                throw new CheckpointException(
                    $"'{path}' does not fit {architecture}: tensor '{name}' has shape [{string.Join(", ", file.ShapeOf(name))}], expected {Shape(tensor)}.");
        }

        var known = tensors.Select(t => t.Name).ToHashSet();
        if (file.Names.FirstOrDefault(name => !known.Contains(name) && ignore?.Contains(name) != true) is { } extra)
            throw new CheckpointException(
                $"'{path}' does not fit {architecture}: unexpected tensor '{extra}' [{string.Join(", ", file.ShapeOf(extra))}].");
    }

    private static string Shape(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
