using System.Buffers.Binary;
using System.Text;
using Linnaeus.Vision.Checkpoints;

namespace Linnaeus.Vision.Tests;

/// <summary>Headers as the format's specification describes them, and as hostile files have them.</summary>
public sealed class CheckpointSafetensorsHeaderTests
{
    [Fact]
    public void A_valid_header_gives_names_types_shapes_and_offsets()
    {
        var header = Read("""{"__metadata__":{"format":"pt"},"b":{"dtype":"I64","shape":[],"data_offsets":[24,32]},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}""", 32);

        Assert.Equal(["a", "b"], header.Entries.Select(e => e.Name));
        Assert.Equal("[2, 3]", header.Entries[0].ShapeText);
        Assert.Empty(header.Entries[1].Shape);
        Assert.Equal("pt", header.Metadata["format"]);
    }

    [Fact]
    public void Padding_after_the_json_and_empty_tensors_are_allowed()
    {
        var header = Read("""{"a":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]}}    """, 0);

        Assert.Equal(0, header.Entries[0].End);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""", 16, "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "truncated")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "1 bytes follow")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "needs 12 bytes but has 8")]
    [InlineData("""{"a":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}""", 8, "unknown dtype 'F99'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "non-negative integers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "non-negative integers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,8]}}""", 8, "overflows")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "not a valid range")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}""", 8, "needs 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "lacks dtype, shape or data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", 8, "not a list")]
    [InlineData("""{"a":7}""", 8, "lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "cannot be read")]
    [InlineData("""{"__metadata__":{"n":5}}""", 0, "cannot be read")]
    [InlineData("""[1,2]""", 0, "does not begin with '{'")]
    [InlineData(""" {}""", 0, "does not begin with '{'")]
    [InlineData("""{"a":""", 0, "cannot be read")]
    public void A_header_that_breaks_the_format_is_refused_with_the_fault(string json, int dataLength, string fault)
    {
        var error = Assert.Throws<CheckpointException>(() => Read(json, dataLength));

        Assert.Contains("x.safetensors", error.Message);
        Assert.Contains(fault, error.Message);
    }

    [Theory]
    [InlineData(ulong.MaxValue, "more than the 100000000")]
    [InlineData(1000UL, "only 2 bytes follow")]
    public void A_length_that_lies_allocates_nothing(ulong length, string fault)
    {
        var bytes = new byte[10];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);

        var error = Assert.Throws<CheckpointException>(() => SafetensorsHeader.Read(new MemoryStream(bytes), "x.safetensors"));

        Assert.Contains(fault, error.Message);
    }

    [Fact]
    public void A_file_of_three_bytes_is_refused() =>
        Assert.Contains("shorter than 8", Assert.Throws<CheckpointException>(() => SafetensorsHeader.Read(new MemoryStream([1, 2, 3]), "x")).Message);

    [Fact]
    public void Text_that_is_no_utf8_is_refused()
    {
        var error = Assert.Throws<CheckpointException>(() => Read([(byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)'}'], 0));

        Assert.Contains("cannot be read", error.Message);
    }

    [Fact]
    public void A_written_header_is_aligned_and_reads_back()
    {
        var (written, bytes) = SafetensorsHeader.Create([("flag", "BOOL", [3]), ("n", "I64", []), ("w", "F32", [2, 2])], new Dictionary<string, string> { ["k"] = "ä\"" });

        Assert.Equal(0, bytes.Length % 8);
        var read = SafetensorsHeader.Read(new MemoryStream([.. bytes, .. new byte[8 + 16 + 3]]), "x");
        Assert.Equal(["n", "w", "flag"], read.Entries.Select(e => e.Name));
        Assert.Equal("ä\"", read.Metadata["k"]);
        Assert.Equal(written.DataOffset, read.DataOffset);
    }

    private static SafetensorsHeader Read(string json, int dataLength) => Read(Encoding.UTF8.GetBytes(json), dataLength);

    private static SafetensorsHeader Read(byte[] json, int dataLength)
    {
        var bytes = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)json.Length);
        json.CopyTo(bytes, 8);
        return SafetensorsHeader.Read(new MemoryStream(bytes), "x.safetensors");
    }
}
