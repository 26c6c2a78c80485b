using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Data.Oxford;

namespace Linnaeus.Vision.Tests;

/// <summary>MAT-files put together by hand after the format's description, and the real ones.</summary>
public sealed class DatasetMatFileTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Either_byte_order_and_compression_give_the_same_numbers(bool bigEndian, bool compressed)
    {
        var writer = new Writer(bigEndian);
        var bytes = writer.File(
            writer.Matrix("text", kind: 4, [1, 2], writer.Element(4, [0, 65, 0, 66]), compressed),
            writer.Matrix("labels", kind: 6, [1, 3], writer.Element(9, [.. writer.Double(1.5), .. writer.Double(-2), .. writer.Double(102)]), compressed),
            writer.Matrix("narrow", kind: 6, [2, 2], writer.Small(2, [7, 8, 9, 255]), compressed),
            writer.Matrix("wide", kind: 11, [1, 1], writer.Element(4, writer.Short(40_000)), compressed));
        var file = MatFile.Read(bytes, "test.mat");
        Assert.Equal([1.5, -2, 102], file["labels"].Values);
        Assert.Equal([1, 3], file["labels"].Dimensions);
        Assert.Equal([7, 8, 9, 255], file["narrow"].Values);
        Assert.Equal([40_000], file["wide"].Values);
        var missing = Assert.Throws<DatasetException>(() => file["text"]);
        Assert.Equal("test.mat has no numeric array \"text\"; it has labels, narrow, wide.", missing.Message);
    }

    [Fact]
    public void Files_that_break_the_format_are_refused_with_the_reason()
    {
        var writer = new Writer(bigEndian: false);
        var good = writer.File(writer.Matrix("a", 6, [1, 2], writer.Small(2, [1, 2]), compressed: false));
        static string Fault(byte[] bytes) => Assert.Throws<DatasetException>(() => MatFile.Read(bytes, "x.mat")).Message;

        Assert.Contains("only 5 bytes", Fault(good[..5]), StringComparison.Ordinal);
        Assert.Contains("truncated or corrupt", Fault(good[..^8]), StringComparison.Ordinal);
        Assert.Contains("an element is truncated", Fault([.. good, 1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("no version 5 MAT-file header", Fault(Encoding.ASCII.GetBytes(new string('<', 200))), StringComparison.Ordinal);
        Assert.Contains("-v7", Fault([.. Encoding.ASCII.GetBytes("MATLAB 7.3 MAT-file".PadRight(124)), 0, 2, (byte)'I', (byte)'M']), StringComparison.Ordinal);
        Assert.Contains("has 2 numbers", Fault(writer.File(writer.Matrix("a", 6, [3, 3], writer.Small(2, [1, 2]), false))), StringComparison.Ordinal);
        Assert.Contains("type 77", Fault(writer.File(writer.Matrix("a", 6, [1, 1], writer.Element(77, [1]), false))), StringComparison.Ordinal);
        var damaged = writer.File(writer.Matrix("a", 6, [1, 2], writer.Small(2, [1, 2]), compressed: true));
        damaged[128 + 8] ^= 0xFF; // zlib's own header
        Assert.Contains("corrupt", Fault(damaged), StringComparison.Ordinal);
        // 100 MB of zeros in a hundred kilobytes.
        var bomb = writer.File(writer.Matrix("a", 9, [1, 100_000_000], writer.Element(2, new byte[100_000_000]), compressed: true));
        Assert.Contains("unpacks to more than", Fault(bomb), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_bytes_only_give_dataset_exceptions()
    {
        var writer = new Writer(bigEndian: false);
        var good = writer.File(writer.Matrix("abc", 6, [1, 6], writer.Element(2, [1, 2, 3, 4, 5, 6]), false), writer.Matrix("d", 6, [1, 1], writer.Small(2, [1]), true));
        var random = new Random(5);
        for (var i = 0; i < 3000; i++)
        {
            var bytes = (byte[])good.Clone();
            bytes[random.Next(120, bytes.Length)] = (byte)random.Next(256);
            bytes[random.Next(120, bytes.Length)] = (byte)random.Next(256);
            try
            {
                _ = MatFile.Read(bytes, "x.mat");
            }
            catch (DatasetException)
            {
            }
        }
    }

    /// <summary>The format's parts, <c>MAT-File Format</c> chapter 1.</summary>
    private sealed class Writer(bool bigEndian)
    {
        public byte[] File(params byte[][] elements) =>
        [
            .. Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file, made by hand".PadRight(124)),
            .. Short(0x0100), .. bigEndian ? "MI"u8 : "IM"u8, .. elements.SelectMany(element => element),
        ];

        public byte[] Matrix(string name, int kind, int[] dimensions, byte[] numbers, bool compressed)
        {
            byte[] content =
            [
                .. Element(6, [.. Word(kind), .. Word(0)]), .. Element(5, [.. dimensions.SelectMany(Word)]),
                .. name.Length <= 4 ? Small(1, Encoding.ASCII.GetBytes(name)) : Element(1, Encoding.ASCII.GetBytes(name)), .. numbers,
            ];
            byte[] matrix = [.. Word(14), .. Word(content.Length), .. content];
            if (!compressed)
                return matrix;
            using var target = new MemoryStream();
            using (var zlib = new ZLibStream(target, CompressionLevel.Optimal, leaveOpen: true))
                zlib.Write(matrix);
            return [.. Word(15), .. Word((int)target.Length), .. target.ToArray()];
        }

        public byte[] Element(int type, byte[] data) => [.. Word(type), .. Word(data.Length), .. data, .. new byte[(8 - data.Length % 8) % 8]];

        /// <summary>Up to four bytes beside their tag.</summary>
        public byte[] Small(int type, byte[] data) => [.. Word((data.Length << 16) | type), .. data, .. new byte[4 - data.Length]];

        public byte[] Short(int value)
        {
            var bytes = new byte[2];
            if (bigEndian)
                BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
            else
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
            return bytes;
        }

        public byte[] Double(double value)
        {
            var bytes = BitConverter.GetBytes(value);
            if (bigEndian)
                Array.Reverse(bytes);
            return bytes;
        }

        private byte[] Word(int value)
        {
            var bytes = BitConverter.GetBytes(value);
            if (bigEndian)
                Array.Reverse(bytes);
            return bytes;
        }
    }
}
