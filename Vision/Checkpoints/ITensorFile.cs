using static TorchSharp.torch;

namespace Linnaeus.Vision.Checkpoints;

/// <summary>A file of named tensors, read on demand.</summary>
public interface ITensorFile : IDisposable
{
    /// <summary>Names of all tensors.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>Whether there is a tensor of this name.</summary>
    bool Contains(string name);

    /// <summary>Shape of a tensor, without reading it.</summary>
    /// <exception cref="CheckpointException">There is no such tensor.</exception>
    IReadOnlyList<long> ShapeOf(string name);

    /// <summary>Copies one tensor into <paramref name="target"/>, whatever its device and strides.</summary>
    /// <exception cref="CheckpointException">There is no such tensor, or its shape differs.</exception>
    void ReadInto(string name, Tensor target);
}
