using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Linnaeus.Services.Tests.Explaining;

/// <summary>Reads float32 .npy files, by numpy.lib.format's description.</summary>
internal sealed partial record NpyArray(int[] Shape, float[] Values)
{
    public static NpyArray Read(byte[] file)
    {
        Assert.Equal("\u0093NUMPY\u0001\0", Encoding.Latin1.GetString(file, 0, 8));
        var header = Encoding.ASCII.GetString(file, 10, BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8)));
        Assert.Contains("'descr': '<f4'", header, StringComparison.Ordinal);
        Assert.Contains("'fortran_order': False", header, StringComparison.Ordinal);
        var shape = Shapes().Match(header).Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var values = MemoryMarshal.Cast<byte, float>(file.AsSpan(10 + header.Length)).ToArray();
        return new NpyArray([.. shape.Select(size => int.Parse(size, CultureInfo.InvariantCulture))], values);
    }

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex Shapes();
}
