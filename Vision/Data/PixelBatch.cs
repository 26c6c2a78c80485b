using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Data;

/// <summary>Decoded images of one batch; dispose after copying.</summary>
public sealed class PixelBatch : IDisposable
{
    private readonly Tensor _pixels;

    internal PixelBatch(int number, int[] indices, IReadOnlyList<Sample> samples, int size, bool pinned)
    {
        Number = number;
        Indices = indices;
        Labels = Array.ConvertAll(indices, index => (long)samples[index].Label);
        Ids = Array.ConvertAll(indices, index => samples[index].Id);
        Size = size;
        _pixels = Memory([indices.Length, size, size, 3], pinned);
    }

    /// <summary>Index in the epoch, from 0.</summary>
    public int Number { get; }

    /// <summary>Index of each image in the loader's samples.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>Class of each image.</summary>
    public long[] Labels { get; }

    /// <summary>Name of each image.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>Side of the squares.</summary>
    public int Size { get; }

    public int Count => Indices.Count;

    /// <summary>RGB bytes [<see cref="Count"/>, <see cref="Size"/>, <see cref="Size"/>, 3].</summary>
    public Span<byte> Pixels => _pixels.bytes;

    /// <summary>The same memory as uint8 [<see cref="Count"/>, 3, <see cref="Size"/>, <see cref="Size"/>] in channels-last strides; the caller owns the view.</summary>
    public Tensor Images => _pixels.permute(0, 3, 1, 2);

    private int ImageBytes => 3 * Size * Size;

    internal Span<byte> Image(int position) => Pixels.Slice(position * ImageBytes, ImageBytes);

    public void Dispose() => _pixels.Dispose();

    private static Tensor Memory(long[] shape, bool pinned)
    {
        var pageable = empty(shape, dtype: ScalarType.Byte).DetachFromDisposeScope();
        if (!pinned)
            return pageable;
        using (pageable)
            return pageable.pin_memory().DetachFromDisposeScope();
    }
}
