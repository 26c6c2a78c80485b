using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Linnaeus.Vision.Data.Oxford;

/// <summary>A numeric array of a MAT-file, column by column.</summary>
/// <param name="Dimensions">Two or more sizes.</param>
/// <param name="Values">As many as the product of the sizes; integers beyond 2^53 are rounded.</param>
internal sealed record MatArray(IReadOnlyList<int> Dimensions, IReadOnlyList<double> Values);

/// <summary>
/// Reads the numeric arrays of a MAT-file of version 5 (MathWorks, "MAT-File Format", chapter 1): either byte order, compressed or not, small elements,
/// values in any narrower storage type. Cells, structures, strings and sparse arrays are skipped.
/// </summary>
internal sealed class MatFile
{
    private const int HeaderBytes = 128;
    private const int LargestElement = 64 << 20;
    private const int Compressed = 15;
    private const int Matrix = 14;

    /// <summary>Bytes of a number by its type in the file (table 1-1).</summary>
    private static readonly Dictionary<int, int> Widths = new() { [1] = 1, [2] = 1, [3] = 2, [4] = 2, [5] = 4, [6] = 4, [7] = 4, [9] = 8, [12] = 8, [13] = 8 };

    private readonly string file;
    private readonly bool bigEndian;
    private readonly Dictionary<string, MatArray> arrays = [];

    private MatFile(byte[] bytes, string file)
    {
        this.file = file;
        bigEndian = CheckHeader(bytes);
        for (var rest = (ReadOnlyMemory<byte>)bytes.AsMemory(HeaderBytes); !rest.IsEmpty;)
        {
            var (type, data) = Next(ref rest);
            if (type == Compressed)
            {
                ReadOnlyMemory<byte> inflated = Inflate(data);
                (type, data) = Next(ref inflated);
            }

            if (type == Matrix)
                Add(data);
        }
    }

    /// <summary>Reads a file's content.</summary>
    /// <param name="bytes">All of the file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="DatasetException">The content breaks the format.</exception>
    public static MatFile Read(byte[] bytes, string file) => new(bytes, file);

    /// <summary>A numeric array by its name.</summary>
    /// <exception cref="DatasetException">There is none.</exception>
    public MatArray this[string name] => arrays.TryGetValue(name, out var array)
        ? array
        : throw new DatasetException($"{file} has no numeric array \"{name}\"; it has {(arrays.Count == 0 ? "none" : string.Join(", ", arrays.Keys))}.");

    private bool CheckHeader(byte[] bytes)
    {
        if (bytes.Length < HeaderBytes)
            throw Fault($"it has only {bytes.Length} bytes");
        if (Encoding.ASCII.GetString(bytes, 0, 10) == "MATLAB 7.3")
            throw Fault("it has version 7.3 (HDF5); save it with -v7");
        var big = Encoding.ASCII.GetString(bytes, 126, 2) switch
        {
            "IM" => false,
            "MI" => true,
            _ => throw Fault("it has no version 5 MAT-file header"),
        };
        var version = big ? BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(124)) : BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(124));
        return version == 0x0100 ? big : throw Fault($"its version is 0x{version:X4}, expected 0x0100");
    }

    /// <summary>Reads one element: an 8-byte tag, or a 4-byte tag with 4 bytes of data, and padding to a multiple of 8.</summary>
    private (int Type, ReadOnlyMemory<byte> Data) Next(ref ReadOnlyMemory<byte> rest)
    {
        if (rest.Length < 8)
            throw Fault("an element is truncated");
        var first = Word(rest.Span);
        if (first >> 16 is var small and not 0)
        {
            if (small > 4)
                throw Fault($"a small element declares {small} bytes");
            var data = rest.Slice(4, (int)small);
            rest = rest[8..];
            return ((int)(first & 0xFFFF), data);
        }

        var size = Word(rest.Span[4..]);
        if (size > rest.Length - 8)
            throw Fault($"an element declares {size} bytes but only {rest.Length - 8} follow; the file is truncated or corrupt");
        var content = rest.Slice(8, (int)size);
        var padded = first == Compressed ? size : (size + 7) / 8 * 8;
        rest = rest[(int)Math.Min(8 + (long)padded, rest.Length)..];
        return ((int)first, content);
    }

    private byte[] Inflate(ReadOnlyMemory<byte> data)
    {
        using var source = new ZLibStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
        using var target = new MemoryStream();
        var buffer = new byte[1 << 16];
        try
        {
            for (int count; (count = source.Read(buffer)) > 0;)
            {
                target.Write(buffer, 0, count);
                if (target.Length > LargestElement)
                    throw Fault($"an element unpacks to more than {LargestElement} bytes");
            }
        }
        catch (InvalidDataException fault)
        {
            throw new DatasetException($"{file} cannot be read: a compressed element is corrupt. Copy or download it again.", fault);
        }

        return target.ToArray();
    }

    /// <summary>Flags, dimensions, name and numbers of a matrix; only numeric classes, 6 (double) to 15 (uint64), are kept.</summary>
    private void Add(ReadOnlyMemory<byte> matrix)
    {
        if (matrix.IsEmpty)
            return; // an empty matrix may be written as a bare tag
        var flags = Numbers(Next(ref matrix));
        if (flags.Length < 2)
            throw Fault("a matrix has no flags");
        var (kind, isComplex) = ((int)flags[0] & 0xFF, ((int)flags[0] & 0x0800) != 0);
        var dimensions = Array.ConvertAll(Numbers(Next(ref matrix)), size => (int)size);
        var name = Encoding.ASCII.GetString(Next(ref matrix).Data.Span);
        if (kind is < 6 or > 15 || isComplex)
            return;
        var values = Numbers(Next(ref matrix));
        if (dimensions.Length < 2 || dimensions.Any(size => size < 0) || dimensions.Aggregate(1.0, (product, size) => product * size) != values.Length)
            throw Fault($"the array \"{name}\" of {string.Join(" x ", dimensions)} has {values.Length} numbers");
        arrays[name] = new MatArray(dimensions, values);
    }

    private double[] Numbers((int Type, ReadOnlyMemory<byte> Data) element)
    {
        if (!Widths.TryGetValue(element.Type, out var width) || element.Data.Length % width != 0)
            throw Fault($"an element of type {element.Type} with {element.Data.Length} bytes where numbers were expected");
        var values = new double[element.Data.Length / width];
        Span<byte> number = stackalloc byte[width];
        for (var i = 0; i < values.Length; i++)
        {
            element.Data.Span.Slice(i * width, width).CopyTo(number);
            if (bigEndian)
                number.Reverse();
            values[i] = Number(element.Type, number);
        }

        return values;
    }

    /// <summary>A little-endian number of a type.</summary>
    private static double Number(int type, ReadOnlySpan<byte> bytes) => type switch
    {
        1 => (sbyte)bytes[0],
        2 => bytes[0],
        3 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        4 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        5 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        6 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        7 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        9 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        12 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
    };

    private uint Word(ReadOnlySpan<byte> bytes) => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private DatasetException Fault(string what) => new($"{file} cannot be read as a MAT-file: {what}.");
}
