using System.Buffers;

namespace Linnaeus.Vision.Data;

/// <summary>Decoded pictures of one batch in a pooled buffer; dispose it once they are copied to a tensor.</summary>
public sealed class PixelBatch : IDisposable
{
    private byte[]? _buffer;

    internal PixelBatch(int number, int[] indices, IReadOnlyList<Sample> samples, int size)
    {
        Number = number;
        Indices = indices;
        Labels = Array.ConvertAll(indices, index => (long)samples[index].Label);
        Ids = Array.ConvertAll(indices, index => samples[index].Id);
        Size = size;
        _buffer = ArrayPool<byte>.Shared.Rent(indices.Length * PictureBytes);
    }

    /// <summary>Place in the epoch, from 0.</summary>
    public int Number { get; }

    /// <summary>Index of each picture in the loader's samples.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>Class of each picture.</summary>
    public long[] Labels { get; }

    /// <summary>Name of each picture.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>Side of the squares.</summary>
    public int Size { get; }

    public int Count => Indices.Count;

    /// <summary>RGB bytes [<see cref="Count"/>, <see cref="Size"/>, <see cref="Size"/>, 3].</summary>
    public Span<byte> Pixels => (_buffer ?? throw new ObjectDisposedException(nameof(PixelBatch))).AsSpan(0, Count * PictureBytes);

    private int PictureBytes => 3 * Size * Size;

    internal Span<byte> Picture(int position) => Pixels.Slice(position * PictureBytes, PictureBytes);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
