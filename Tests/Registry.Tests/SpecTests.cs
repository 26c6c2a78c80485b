using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Linnaeus.Registry.Tests;

/// <summary>Validation errors of <c>POST /api/jobs</c>.</summary>
public sealed class SpecTests(RegistryFixture registry)
{
    private const string Good = """{"model":"flowers","dataset":"synthetic-flowers"}""";

    [Theory]
    [InlineData("name", "\"\"", "1 to 250 characters")]
    [InlineData("name", "7", "must be a string, got 7")]
    [InlineData("model", "null", "is required")]
    [InlineData("model", "\"a/b\"", "models:/NAME/VERSION")]
    [InlineData("architecture", "\"resnet50\"", "\"efficientnet_b3\" or \"mobilenet_v2\", got \"resnet50\"")]
    [InlineData("weights", "\"imagenet.pth\"", "\"imagenet\", \"file:PATH\" of a .safetensors or .pth file")]
    [InlineData("weights", "\"models:/no-such-model/3\"", "must be an existing model version")]
    [InlineData("dataset", "\"flowers\"", "\"synthetic-flowers\", \"flowers102\" or \"folder:PATH\"")]
    [InlineData("dataset", "\"folder: \"", "\"synthetic-flowers\", \"flowers102\" or \"folder:PATH\"")]
    [InlineData("validation_fraction", "0.51", "from 0 to 0.5, got 0.51")]
    [InlineData("subset", "7", "must be an object")]
    [InlineData("image_size", "31", "from 32 to 1024, got 31")]
    [InlineData("image_size", "224.5", "an integer from 32 to 1024, got 224.5")]
    [InlineData("batch_size", "4097", "from 1 to 4096")]
    [InlineData("epochs", "0", "from 1 to 10000")]
    [InlineData("epochs", "true", "from 1 to 10000, got true")]
    [InlineData("augmentation", "\"heavy\"", "\"none\", \"light\", \"keras\" or \"advanced\"")]
    [InlineData("mixing", "\"blend\"", "\"none\", \"mixup\", \"cutmix\" or \"alternate\"")]
    [InlineData("mixup_alpha", "0.4", "requires mixing \"mixup\" or \"alternate\"")]
    [InlineData("mixing_probability", "0", "in (0, 1]")]
    [InlineData("mixing_off_epochs", "2", "requires mixing other than")]
    [InlineData("optimizer", "\"rmsprop\"", "\"adamw\", \"adam\" or \"sgd\"")]
    [InlineData("momentum", "0.9", "requires optimizer \"sgd\"")]
    [InlineData("frozen_epochs", "11", "at most 10 ($.spec.epochs), got 11")]
    [InlineData("trainable_blocks", "0", "from 1 to 100")]
    [InlineData("freeze_batch_norm", "1", "must be true or false, got 1")]
    [InlineData("frozen_learning_rate", "0.1", "requires frozen_epochs")]
    [InlineData("backbone_lr_factor", "0", "in (0, 1]")]
    [InlineData("lr_decay_per_block", "1.1", "in (0, 1]")]
    [InlineData("gradient_clip", "0", "in (0, 1000000]")]
    [InlineData("accumulation_steps", "0", "from 1 to 1024")]
    [InlineData("class_balance", "\"undersample\"", "\"none\", \"oversample\" or \"weights\"")]
    [InlineData("precision", "\"fp64\"", "\"auto\", \"fp32\" or \"bf16\", got \"fp64\"")]
    [InlineData("precision", "\"fp16\"", "needs loss scaling")]
    [InlineData("early_stopping", "3", "must be an object")]
    [InlineData("learning_rate", "0", "in (0, 1], got 0")]
    [InlineData("learning_rate", "\"1e-3\"", "must be a number")]
    [InlineData("weight_decay", "-0.1", "from 0 to 1")]
    [InlineData("schedule", "\"linear\"", "\"cosine\" or \"constant\"")]
    [InlineData("warmup_epochs", "11", "at most 10 ($.spec.epochs)")]
    [InlineData("label_smoothing", "1", "in [0, 1)")]
    [InlineData("dropout", "1", "in [0, 1)")]
    [InlineData("ema_decay", "1", "in (0, 1)")]
    [InlineData("device", "\"gpu\"", "\"auto\", \"cpu\", \"cuda\" or \"cuda:N\"")]
    [InlineData("seed", "1e30", "must be an integer")]
    [InlineData("robustness", "\"yes\"", "must be true or false, got \"yes\"")]
    [InlineData("robustness_images", "0", "from 1 to 1000000, got 0")]
    [InlineData("explain_images", "17", "from 0 to 16")]
    [InlineData("epocs", "3", "not a known field")]
    [InlineData("synthetic", "[]", "must be an object")]
    public async Task An_invalid_field_is_named_with_its_allowed_values(string field, string value, string expected)
    {
        var spec = JsonNode.Parse(Good)!.AsObject();
        spec[field] = JsonNode.Parse(value);

        var errors = await RefusedAsync($$"""{"kind":"train","spec":{{spec.ToJsonString()}}}""");

        var only = Assert.Single(errors);
        Assert.Equal($"$.spec.{field}", only.Key);
        Assert.Contains(expected, Assert.Single(only.Value), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_response_reports_every_error()
    {
        var errors = await RefusedAsync("""
            {"kind":"train","urgent":true,"spec":{"dataset":"folder:x","epochs":0,"synthetic":{"classes":1,"colours":3},"subset":{"max_train":1,"max":2},"lr":1,"learning_rate":2}}
            """);

        Assert.Equal(
            ["$.spec.epochs", "$.spec.learning_rate", "$.spec.lr", "$.spec.model", "$.spec.subset.max", "$.spec.subset.max_train", "$.spec.synthetic", "$.spec.synthetic.classes", "$.spec.synthetic.colours", "$.urgent"],
            errors.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Incompatible_fields_are_rejected()
    {
        var folder = await RefusedAsync("""{"kind":"train","spec":{"model":"m","dataset":"folder:x","synthetic":{"classes":3}}}""");
        Assert.Equal(["$.spec.synthetic"], folder.Keys);

        var phases = await RefusedAsync("""{"kind":"train","spec":{"model":"m","dataset":"folder:x","epochs":10,"frozen_epochs":2,"warmup_epochs":3}}""");
        Assert.Contains("at most 2, the epochs of the shorter", phases["$.spec.warmup_epochs"][0], StringComparison.Ordinal);

        var mixing = await RefusedAsync("""
            {"kind":"train","spec":{"model":"m","dataset":"folder:x","batch_size":1,"mixing":"mixup","cutmix_alpha":1,"mixup_alpha":11,"epochs":3,"mixing_off_epochs":3}}
            """);
        Assert.Contains("at least 2 with mixing", mixing["$.spec.batch_size"][0], StringComparison.Ordinal);
        Assert.Contains("\"cutmix\" or \"alternate\", got \"mixup\"", mixing["$.spec.cutmix_alpha"][0], StringComparison.Ordinal);
        Assert.Contains("in (0, 10], got 11", mixing["$.spec.mixup_alpha"][0], StringComparison.Ordinal);
        Assert.Contains("less than 3 ($.spec.epochs)", mixing["$.spec.mixing_off_epochs"][0], StringComparison.Ordinal);

        var stopping = await RefusedAsync("""
            {"kind":"train","spec":{"model":"m","dataset":"synthetic-flowers","synthetic":{"val_per_class":0},"validation_fraction":0,"early_stopping":{"patience":3}}}
            """);
        Assert.Contains("needs validation images", stopping["$.spec.early_stopping"][0], StringComparison.Ordinal);

        var images = await RefusedAsync("""{"kind":"train","spec":{"model":"m","dataset":"synthetic-flowers","synthetic":{"classes":2,"test_per_class":2},"explain_images":5}}""");
        Assert.Contains("must be at most 4", images["$.spec.explain_images"][0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_duplicate_field_is_rejected()
    {
        var errors = await RefusedAsync("""{"kind":"train","spec":{"model":"m","dataset":"synthetic-flowers","epochs":1,"epochs":2}}""");
        Assert.Equal("is a duplicate field.", Assert.Single(errors["$.spec.epochs"]));
    }

    [Theory]
    [InlineData("""{"spec":{}}""", "$.kind")]
    [InlineData("""{"kind":"sing","spec":{}}""", "$.kind")]
    [InlineData("""{"kind":7}""", "$.kind")]
    [InlineData("""{"kind":"train"}""", "$.spec")]
    [InlineData("[1]", "$")]
    [InlineData("not json", "$")]
    [InlineData("", "$")]
    public async Task A_request_that_is_not_a_job_is_rejected(string body, string path) =>
        Assert.Contains(path, (await RefusedAsync(body)).Keys);

    [Fact]
    public async Task An_explanation_job_reports_every_error_too()
    {
        var errors = await RefusedAsync("""
            {"kind":"explain","spec":{"model":"flowers","methods":["gradcam","lime"],"images":["runs:/r/a.png","C:\\b.png"],"steps":1}}
            """);
        Assert.Equal(["$.spec.images[1]", "$.spec.methods[1]", "$.spec.model", "$.spec.steps"], errors.Keys.Order(StringComparer.Ordinal));

        var unknown = await RefusedAsync("""{"kind":"explain","spec":{"model":"models:/no-such-model@champion"}}""");
        Assert.Equal(["$.spec.images", "$.spec.model"], unknown.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_rejected_job_leaves_nothing_behind()
    {
        await RefusedAsync("""{"kind":"train","spec":{"model":"m","dataset":"synthetic-flowers","experiment":"never made","epochs":0}}""");
        var experiment = await registry.Http.GetAsync("/api/2.0/mlflow/experiments/get-by-name?experiment_name=never%20made");
        Assert.Equal(HttpStatusCode.NotFound, experiment.StatusCode);
    }

    private async Task<Dictionary<string, string[]>> RefusedAsync(string body)
    {
        var response = await registry.Http.PostAsync("/api/jobs", new StringContent(body));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        return problem.GetProperty("errors").Deserialize<Dictionary<string, string[]>>()!;
    }
}
