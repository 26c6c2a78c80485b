using Linnaeus.Vision.Checkpoints;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

public sealed class CheckpointFileTests
{
    [Fact]
    public void Tensors_of_every_type_read_back_bit_by_bit()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        (string, torch.Tensor)[] tensors =
        [
            ("f32", torch.randn(3, 4)),
            ("f64", torch.randn(5).to(torch.ScalarType.Float64)),
            ("f16", torch.randn(7).to(torch.ScalarType.Float16)),
            ("bf16", torch.randn(3).to(torch.ScalarType.BFloat16)),
            ("i64", torch.tensor(new long[] { long.MinValue, 0, long.MaxValue })),
            ("i32", torch.tensor(new long[] { -5, 9 }).to(torch.ScalarType.Int32)),
            ("u8", torch.tensor(new long[] { 0, 255 }).to(torch.ScalarType.Byte)),
            ("bool", torch.tensor(new long[] { 1, 0, 1 }).to(torch.ScalarType.Bool)),
            ("scalar", torch.tensor(42L)),
            ("empty", torch.zeros(new long[] { 0, 3 })),
        ];

        SafetensorsFile.Write(folder["t.safetensors"], tensors);

        using var file = SafetensorsFile.Open(folder["t.safetensors"]);
        foreach (var (name, expected) in tensors)
        {
            var actual = file.Read(name);
            Assert.Equal(expected.dtype, actual.dtype);
            Assert.Equal(expected.shape, actual.shape);
            Assert.True(expected.bytes.SequenceEqual(actual.bytes), name);
        }
    }

    [Fact]
    public void Python_reads_what_is_written_whatever_the_strides()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        var plain = torch.arange(24).to(torch.ScalarType.Float32).view(2, 3, 2, 2);
        (string, torch.Tensor)[] tensors = [("plain", plain), ("strided", Networks.ChannelsLast.Of(plain)), ("count", torch.tensor(7L))];

        var digest = SafetensorsFile.Write(folder["t.safetensors"], tensors, new Dictionary<string, string> { ["format"] = "pt" });
        var output = PythonReference.RunScript("read_safetensors.py", folder["t.safetensors"]);

        var numbers = string.Join(", ", Enumerable.Range(0, 24).Select(i => $"{i}.0"));
        Assert.Equal(
            ["count torch.int64 [] [7]", $"plain torch.float32 [2, 3, 2, 2] [{numbers}]", $"strided torch.float32 [2, 3, 2, 2] [{numbers}]"],
            output.Trim().Split('\n'));
        Assert.Equal(ModelFolder.Digest(folder["t.safetensors"]), digest);
    }

    [Fact]
    public void The_reference_checkpoint_opens_with_its_metadata()
    {
        using var file = SafetensorsFile.Open(SharedData.Locate("checkpoints/efficientnet_b0_flowers12.safetensors"));

        Assert.Equal(360, file.Header.Entries.Count);
        Assert.StartsWith("bluebell,buttercup", file.Header.Metadata["classes"]);
        Assert.Equal([32, 3, 3, 3], file.ShapeOf("features.0.0.weight"));
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        SafetensorsFile.Write(folder["t.safetensors"], [("a", torch.ones(2))]);

        Assert.ThrowsAny<Exception>(() => SafetensorsFile.Write(folder["t.safetensors"], [("a", torch.ones(2)), ("b", torch.ones(2).to(torch.ScalarType.ComplexFloat32))]));

        using var file = SafetensorsFile.Open(folder["t.safetensors"]);
        Assert.Equal(["a"], file.Header.Entries.Select(e => e.Name));
    }

    [Fact]
    public void A_missing_file_tensor_or_shape_is_named()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        SafetensorsFile.Write(folder["t.safetensors"], [("a", torch.ones(2))]);
        using var file = SafetensorsFile.Open(folder["t.safetensors"]);

        Assert.Contains("File not found", Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(folder["nothing"])).Message);
        Assert.Contains("no tensor 'b'", Assert.Throws<CheckpointException>(() => file.Read("b")).Message);
        Assert.Contains("shape [2], expected [3]", Assert.Throws<CheckpointException>(() => file.ReadInto("a", torch.zeros(3))).Message);
    }
}
