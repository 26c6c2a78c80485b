using System.Text.Json;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Networks;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

public sealed class CheckpointModelFolderTests
{
    private static readonly ModelDescription Description = new()
    {
        Architecture = "efficientnet_b0",
        Classes = ["daisy", "rose \"red\"", "tulpe: gelb"],
        Preprocessing = new Preprocessing { ImageSize = 64 },
        TrainingSpec = JsonSerializer.SerializeToElement(new { learning_rate = 0.5 }),
        DatasetFingerprint = "abc",
        Metrics = new Dictionary<string, double> { ["test_accuracy"] = 0.75 },
    };

    [Fact]
    public void A_written_model_reads_back_frozen_and_with_the_same_logits()
    {
        using var folder = new TemporaryFolder();
        using var network = Network();
        network.eval();
        var written = ModelFolder.Write(folder.Path, network, Description);
        using var loaded = ModelFolder.Read(folder.Path);

        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var images = torch.randn(1, 3, 64, 64);
        Assert.Equal(0, network.call(images).sub(loaded.Network.call(images)).abs().max().item<float>());
        Assert.False(loaded.Network.training);
        Assert.All(loaded.Network.parameters(), p => Assert.False(p.requires_grad));
        Assert.Equal(JsonSerializer.Serialize(written, VisionJson.Options), JsonSerializer.Serialize(loaded.Description, VisionJson.Options));
        Assert.Equal(0.5, loaded.Description.TrainingSpec!.Value.GetProperty("learning_rate").GetDouble());
    }

    [Fact]
    public void Its_MLmodel_is_the_yaml_that_mlflow_expects()
    {
        using var folder = new TemporaryFolder();
        using var network = Network();
        ModelFolder.Write(folder.Path, network, Description, new MlflowModelInfo("run-1", CreatedAt: new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero), ModelUuid: "0123"));

        using var yaml = JsonDocument.Parse(PythonReference.RunScript("mlmodel.py", folder["MLmodel"]));
        var model = yaml.RootElement;
        Assert.Equal("run-1", model.GetProperty("run_id").GetString());
        Assert.Equal("2026-03-04 05:06:07.000000", model.GetProperty("utc_time_created").GetString());
        Assert.Equal("model.safetensors", model.GetProperty("flavors").GetProperty("linnaeus").GetProperty("data").GetString());
        Assert.Equal("[[-1, 3, 64, 64]]", model.GetProperty("input_shapes").GetString());
        Assert.Equal("[[-1, 3]]", model.GetProperty("output_shapes").GetString());
    }

    [Fact]
    public void A_damaged_weights_file_is_refused_with_both_checksums()
    {
        using var folder = new TemporaryFolder();
        using var network = Network();
        var digest = ModelFolder.Write(folder.Path, network, Description).WeightsSha256!;
        var bytes = File.ReadAllBytes(folder["model.safetensors"]);
        bytes[^5] ^= 1;
        File.WriteAllBytes(folder["model.safetensors"], bytes);

        var error = Assert.Throws<CheckpointException>(() => ModelFolder.Read(folder.Path));

        Assert.Contains(digest, error.Message);
        Assert.Contains(ModelFolder.Digest(folder["model.safetensors"]), error.Message);
    }

    [Fact]
    public void A_missing_tensor_or_a_wrong_shape_is_named_and_nothing_is_changed()
    {
        using var folder = new TemporaryFolder();
        using var network = Network();
        using var scope = torch.NewDisposeScope();
        var tensors = network.NamedTensors();
        var before = network.Head.weight.clone();
        SafetensorsFile.Write(folder["less.safetensors"], tensors.Where(t => t.Name != "features.3.1.block.2.fc1.bias").Select(t => (t.Name, t.Tensor.add(1))));
        SafetensorsFile.Write(folder["other.safetensors"], tensors.Select(t => (t.Name, t.Name == "features.0.0.weight" ? torch.zeros(32, 3, 5, 5) : t.Tensor.add(1))));
        SafetensorsFile.Write(folder["more.safetensors"], tensors.Append(("features.9.weight", torch.zeros(1))));

        Assert.Contains("'features.3.1.block.2.fc1.bias'", Assert.Throws<CheckpointException>(() => Weights.Load(network, folder["less.safetensors"])).Message);
        var shape = Assert.Throws<CheckpointException>(() => Weights.Load(network, folder["other.safetensors"])).Message;
        Assert.Contains("'features.0.0.weight' has shape [32, 3, 5, 5], expected [32, 3, 3, 3]", shape);
        Assert.Contains("'features.9.weight'", Assert.Throws<CheckpointException>(() => Weights.Load(network, folder["more.safetensors"])).Message);
        Assert.Equal(0, before.sub(network.Head.weight).abs().max().item<float>());
    }

    [Theory]
    [InlineData("{", "not a valid model description")]
    [InlineData("{}", "not a valid model description")]
    [InlineData("""{"architecture":"vgg","classes":["a"],"preprocessing":{"image_size":64}}""", "unknown architecture 'vgg'")]
    [InlineData("""{"architecture":"efficientnet_b0","classes":[],"preprocessing":{"image_size":64}}""", "no classes")]
    [InlineData("""{"architecture":"efficientnet_b0","classes":["a"],"preprocessing":{"image_size":64,"std":[1,0,1]}}""", "preprocessing")]
    [InlineData("""{"architecture":"efficientnet_b0","classes":["a"],"preprocessing":{"image_size":100000}}""", "image size of 1 to 1024")]
    public void A_description_that_makes_no_sense_is_refused(string json, string fault)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["model.json"], json);

        Assert.Contains(fault, Assert.Throws<CheckpointException>(() => ModelFolder.ReadDescription(folder.Path)).Message);
    }

    [Fact]
    public void A_folder_without_a_model_is_named() =>
        Assert.Contains("'/nowhere'", Assert.Throws<CheckpointException>(() => ModelFolder.Read("/nowhere")).Message);

    [Fact]
    public void Weights_none_changes_nothing_and_an_unknown_source_is_refused()
    {
        using var network = Network();
        using var scope = torch.NewDisposeScope();
        var before = network.Head.weight.clone();

        Assert.Equal(0, Weights.Initialize(network, "none").Loaded);
        Assert.Equal(0, before.sub(network.Head.weight).abs().max().item<float>());
        Assert.Contains("'imagination'", Assert.Throws<CheckpointException>(() => Weights.Initialize(network, "imagination")).Message);
    }

    [Theory]
    [InlineData(3, false, 360)]
    [InlineData(5, true, 358)]
    public void Transfer_keeps_the_head_only_where_the_class_count_is_the_same(int classes, bool replaced, int loaded)
    {
        using var folder = new TemporaryFolder();
        using var source = Network();
        ModelFolder.Write(folder.Path, source, Description);
        using var network = Architectures.Create(Architecture.EfficientNetB0, classes, seed: 9);
        using var scope = torch.NewDisposeScope();
        var head = network.Head.weight.clone();

        var report = Weights.TransferFromFolder(network, folder.Path, "models:/flowers/3");

        Assert.Equal((loaded, replaced), (report.Loaded, report.HeadReplaced));
        Assert.Equal(replaced, report.Message.Contains("newly initialized for 5 classes"));
        Assert.Equal(replaced, head.sub(network.Head.weight).abs().max().item<float>() == 0);
        var (mine, theirs) = (network.NamedTensors()[0].Tensor, source.NamedTensors()[0].Tensor);
        Assert.Equal(0, mine.sub(theirs).abs().max().item<float>());
        var again = Weights.Initialize(network, $"file:{folder["model.safetensors"]}");
        Assert.Equal((loaded, replaced), (again.Loaded, again.HeadReplaced));
    }

    [Fact]
    public void Another_architectures_weights_are_refused()
    {
        using var folder = new TemporaryFolder();
        using var source = Network();
        ModelFolder.Write(folder.Path, source, Description);
        using var network = Architectures.Create(Architecture.EfficientNetB1, 3);

        Assert.Contains("do not fit efficientnet_b1", Assert.Throws<CheckpointException>(() => Weights.TransferFromFolder(network, folder.Path)).Message);
        Assert.Contains("does not fit efficientnet_b1", Assert.Throws<CheckpointException>(() => Weights.Initialize(network, $"file:{folder["model.safetensors"]}")).Message);
    }

    private static ImageClassifier Network() => Architectures.Create(Architecture.EfficientNetB0, 3, seed: 3);
}
