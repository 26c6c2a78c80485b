using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Linnaeus.Vision.Explanations;

/// <summary>NumPy's array file, version 1.0 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): float32 in C order.</summary>
public static partial class NpyFile
{
    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    /// <summary>Writes an array.</summary>
    /// <param name="stream">Target; left open.</param>
    /// <param name="values">Numbers in C order, as many as the product of <paramref name="shape"/>.</param>
    /// <param name="shape">Sizes; empty for a scalar.</param>
    public static void Write(Stream stream, ReadOnlySpan<float> values, IReadOnlyList<int> shape)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Aggregate(1L, (product, size) => product * size) != values.Length)
            throw new ArgumentException($"{values.Length} values do not fill the shape [{string.Join(", ", shape)}].", nameof(shape));
        var dictionary = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}{(shape.Count == 1 ? "," : "")}), }}";
        // Magic, version and length take 10 bytes; the data begins at a multiple of 64.
        var padded = ((10 + dictionary.Length + 1 + Alignment - 1) / Alignment * Alignment) - 10;
        var header = new byte[10 + padded];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)padded);
        header.AsSpan(10).Fill((byte)' ');
        Encoding.ASCII.GetBytes(dictionary, header.AsSpan(10));
        header[^1] = (byte)'\n';
        stream.Write(header);
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static Attribution Read(byte[] file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Length < 10 || !file.AsSpan(0, 8).SequenceEqual(Magic))
            throw new FormatException("This is not a NumPy file of version 1.0.");
        var length = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8));
        var header = Encoding.ASCII.GetString(file, 10, Math.Min(length, file.Length - 10));
        var sizes = Header().Match(header);
        if (!sizes.Success)
            throw new FormatException($"Only float32 arrays in C order are supported, got {header.Trim()}");
        int[] shape = [.. sizes.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
        var values = MemoryMarshal.Cast<byte, float>(file.AsSpan(10 + length)).ToArray();
        if (shape.Aggregate(1L, (product, size) => product * size) != values.Length)
            throw new FormatException($"{values.Length} values do not fill the shape [{string.Join(", ", shape)}].");
        return new Attribution(values, shape);
    }

    [GeneratedRegex(@"^\{'descr': '<f4', 'fortran_order': False, 'shape': \(([\d, ]*)\), \}")]
    private static partial Regex Header();
}
