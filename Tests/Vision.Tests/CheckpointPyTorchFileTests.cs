using System.IO.Compression;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Networks;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

public sealed class CheckpointPyTorchFileTests(CheckpointPyTorchFileTests.SavedFiles files) : IClassFixture<CheckpointPyTorchFileTests.SavedFiles>
{
    /// <summary>Files that <c>torch.save</c> wrote, valid ones and malicious ones.</summary>
    public sealed class SavedFiles : IDisposable
    {
        private readonly TemporaryFolder folder = new();
        private readonly Lazy<string> script;

        public SavedFiles() => script = new(() => PythonReference.RunScript("pth.py", folder.Path));

        public string this[string name]
        {
            get
            {
                _ = script.Value;
                return folder[name];
            }
        }

        public void Dispose() => folder.Dispose();
    }

    [Theory]
    [InlineData("state.pth")]
    [InlineData("nested.pth")]
    public void Tensors_of_every_type_and_layout_have_the_values_that_were_saved(string name)
    {
        using var file = PyTorchFile.Open(files[name]);
        using var expected = SafetensorsFile.Open(files["expected.safetensors"]);
        using var scope = torch.NewDisposeScope();
        Assert.Equal(17, file.Names.Count());
        foreach (var tensor in expected.Names)
        {
            var (wanted, actual) = (expected.Read(tensor), torch.empty(file.ShapeOf(tensor).ToArray(), dtype: file.TypeOf(tensor)));
            file.ReadInto(tensor, actual);
            Assert.Equal(wanted.shape, actual.shape);
            Assert.Equal(wanted.bytes.ToArray(), actual.to(wanted.dtype).contiguous().bytes.ToArray());
        }

        Assert.Equal(
            [torch.ScalarType.Float64, torch.ScalarType.Float16, torch.ScalarType.BFloat16, torch.ScalarType.Int64, torch.ScalarType.Bool],
            new[] { "f64", "f16", "bf16", "i64", "flag" }.Select(file.TypeOf));
        var integers = torch.empty(2, dtype: torch.ScalarType.Int64);
        file.ReadInto("i32", integers);
        Assert.Equal([-5L, 9L], integers.data<long>().ToArray());
    }

    [Theory]
    [InlineData("code.pth", "posix.system")]
    [InlineData("sneaky.pth", "torch.serialization.load")]
    [InlineData("module.pth", "torch.nn.modules.linear.Linear")]
    [InlineData("legacy.pth", "before version 1.6")]
    [InlineData("list.pth", "no state dict")]
    [InlineData("broken.pth", "breaks the pickle format")]
    [InlineData("big_endian.pth", "byte order 'big'")]
    [InlineData("beyond.pth", "breaks the pickle format")]
    [InlineData("absurd.pth", "breaks the pickle format")]
    [InlineData("expected.safetensors", "not a PyTorch file")]
    [InlineData("missing.pth", "File not found")]
    public void A_file_with_anything_but_tensors_is_refused_by_name(string name, string reason)
    {
        var path = files[name];
        var message = Assert.Throws<CheckpointException>(() => PyTorchFile.Open(path)).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.False(File.Exists(files["it_ran"]));
    }

    [Theory]
    [InlineData("bomb.pth", "expected 16 uncompressed")]
    [InlineData("short.pth", "has 8 bytes")]
    public void Data_of_the_wrong_size_is_refused(string name, string reason)
    {
        var before = GC.GetTotalAllocatedBytes();
        var message = Assert.Throws<CheckpointException>(() =>
        {
            using var file = PyTorchFile.Open(files[name]);
            using var target = torch.zeros(4);
            file.ReadInto("weight", target);
        }).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 32L << 20);
    }

    [Fact]
    public void Damaged_bytes_only_give_checkpoint_exceptions()
    {
        var good = File.ReadAllBytes(files["state.pth"]);
        using var folder = new TemporaryFolder();
        var random = new Random(8);
        for (var i = 0; i < 400; i++)
        {
            var bytes = (byte[])good.Clone();
            for (var hit = 0; hit <= i % 3; hit++)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(folder["x.pth"], i % 5 == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            try
            {
                using var file = PyTorchFile.Open(folder["x.pth"]);
                using var scope = torch.NewDisposeScope();
                foreach (var name in file.Names)
                {
                    if (file.ShapeOf(name).Aggregate(1L, (product, size) => product * size) < 10_000)
                        file.ReadInto(name, torch.empty(file.ShapeOf(name).ToArray()));
                }
            }
            catch (CheckpointException)
            {
            }
        }
    }

    [Fact]
    public void A_damaged_index_only_gives_checkpoint_exceptions()
    {
        using var archive = ZipFile.OpenRead(files["nested.pth"]);
        using var stream = archive.Entries.Single(entry => entry.Name == "data.pkl").Open();
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        var (good, random) = (buffer.ToArray(), new Random(9));
        byte[] likely = [.. "}])(tsuaeNJKMGXqrhjcQRb."u8, 0x80, 0x85, 0x86, 0x87, 0x88, 0x8A, 0x8C, 0x93, 0x94, 0x95];
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = (byte[])good.Clone();
            for (var hit = 0; hit <= i % 4; hit++)
                bytes[random.Next(bytes.Length)] = i % 2 == 0 ? likely[random.Next(likely.Length)] : (byte)random.Next(256);
            try
            {
                PickleReader.Read(bytes, "x.pth");
            }
            catch (CheckpointException)
            {
            }
        }
    }

    [Fact]
    public void A_trained_pth_gives_the_network_the_same_weights_as_its_safetensors()
    {
        var pth = SharedData.Locate("checkpoints/efficientnet_b0_flowers12.pth");
        using var first = Architectures.Create(Architecture.EfficientNetB0, 12, seed: 1);
        using var second = Architectures.Create(Architecture.EfficientNetB0, 12, seed: 2);
        var report = Weights.Initialize(first, $"file:{pth}");
        Assert.Equal((360, false), (report.Loaded, report.HeadReplaced));
        Weights.Load(second, SharedData.Locate("checkpoints/efficientnet_b0_flowers12.safetensors"));
        using var scope = torch.NewDisposeScope();
        foreach (var ((name, one), (_, other)) in first.NamedTensors().Zip(second.NamedTensors()))
            Assert.True(one.sub(other).abs().max().to(torch.ScalarType.Float64).ToDouble() == 0, name);

        using var third = Architectures.Create(Architecture.EfficientNetB0, 5, seed: 3);
        var replaced = Weights.Initialize(third, $"file:{pth}");
        Assert.True(replaced.HeadReplaced);
        Assert.Contains("the classifier is newly initialized for 5 classes", replaced.Message, StringComparison.Ordinal);
        using var other3 = Architectures.Create(Architecture.MobileNetV2, 12, seed: 3);
        var misfit = Assert.Throws<CheckpointException>(() => Weights.Initialize(other3, $"file:{pth}"));
        Assert.Contains("does not fit mobilenet_v2", misfit.Message, StringComparison.Ordinal);
    }
}
