using System.Text.Json;

namespace Linnaeus.Contracts.Tests;

public sealed class SpecFieldTests
{
    public static TheoryData<string> TrainingFields => [.. SpecFields.Of<TrainingSpec>().Select(one => one.Path)];

    [Theory]
    [MemberData(nameof(TrainingFields))]
    public void A_field_has_a_label_a_section_and_a_default_in_its_range(string path)
    {
        var field = SpecFields.Of<TrainingSpec>().Single(one => one.Path == path);
        Assert.NotEqual(field.Name, field.Label);
        Assert.NotEmpty(field.Group);
        if (field is { Range: { } range, Default: { } standard })
            Assert.True(range.Contains(Convert.ToDouble(standard, null)), $"{standard} is not {range}");
    }

    [Fact]
    public void A_spec_is_read_with_defaults_ranges_choices_and_nested_records()
    {
        var (spec, faults) = Read("""
            {"model":"m","dataset":"synthetic-flowers","architecture":"mobilenet_v2","epochs":3,"learning_rate":1,"mixing":"cutmix","cutmix_alpha":0.5,
             "early_stopping":{"patience":2},"synthetic":{"classes":12},"freeze_batch_norm":true,"gradient_clip":null}
            """);
        Assert.Empty(faults.ByPath);
        Assert.Equal(
            new TrainingSpec
            {
                Model = "m",
                Dataset = "synthetic-flowers",
                Architecture = Architecture.MobileNetV2,
                Epochs = 3,
                LearningRate = 1,
                Mixing = MixingKind.CutMix,
                CutmixAlpha = 0.5,
                EarlyStopping = new() { Patience = 2 },
                Synthetic = new() { Classes = 12 },
                FreezeBatchNorm = true,
            },
            spec);
    }

    [Theory]
    [InlineData("epochs", "0", "must be an integer from 1 to 10000, got 0.")]
    [InlineData("epochs", "2.5", "must be an integer from 1 to 10000, got 2.5.")]
    [InlineData("epochs", "\"abc\"", "must be an integer from 1 to 10000, got \"abc\".")]
    [InlineData("learning_rate", "0", "must be a number in (0, 1], got 0.")]
    [InlineData("learning_rate", "1e999", "must be a number in (0, 1], got 1e999.")]
    [InlineData("label_smoothing", "1", "must be a number in [0, 1), got 1.")]
    [InlineData("ema_decay", "1", "must be a number in (0, 1), got 1.")]
    [InlineData("validation_fraction", "0.6", "must be a number from 0 to 0.5, got 0.6.")]
    [InlineData("optimizer", "\"lion\"", "must be \"adamw\", \"adam\" or \"sgd\", got \"lion\".")]
    [InlineData("robustness", "1", "must be true or false, got 1.")]
    [InlineData("seed", "0.5", "must be an integer, got 0.5.")]
    [InlineData("mixup_alpha", "0.3", "requires mixing \"mixup\" or \"alternate\", got \"none\".")]
    [InlineData("mixing_probability", "0.3", "requires mixing other than \"none\", got \"none\".")]
    [InlineData("frozen_learning_rate", "0.1", "requires frozen_epochs other than \"0\", got \"0\".")]
    [InlineData("epoch", "3", "is not a known field. Known fields: ")]
    public void A_fault_says_what_is_wanted_and_what_was_given(string field, string value, string message)
    {
        var (_, faults) = Read($$"""{"model":"m","dataset":"synthetic-flowers","{{field}}":{{value}}}""");
        var (path, messages) = Assert.Single(faults.ByPath);
        Assert.Equal($"$.{field}", path);
        Assert.StartsWith(message, Assert.Single(messages), StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_named_at_once()
    {
        var (_, faults) = Read("""{"epochs":0,"optimizer":"lion","early_stopping":{"patience":0,"more":1},"synthetic":3,"dataset":7}""");
        Assert.Equal(
            ["$.dataset", "$.early_stopping.more", "$.early_stopping.patience", "$.epochs", "$.model", "$.optimizer", "$.synthetic"], faults.ByPath.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Choices_have_distinct_snake_case_names_that_JSON_reads_and_writes()
    {
        foreach (var type in typeof(Choice).Assembly.GetTypes().Where(type => type.IsEnum && typeof(SpecFields).Namespace == type.Namespace && IsChoice(type)))
        {
            var names = Choice.Names(type);
            Assert.Equal(names.Count, names.Distinct().Count());
            foreach (var value in Enum.GetValues(type))
            {
                var json = JsonSerializer.Serialize(value, type, ApiJson.Options);
                Assert.Contains(JsonSerializer.Deserialize<string>(json)!, names);
                Assert.Equal(value, JsonSerializer.Deserialize(json, type, ApiJson.Options));
            }
            var error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("\"nothing of the kind\"", type, ApiJson.Options));
            Assert.Contains(names[0], error.Message, StringComparison.Ordinal);
        }
    }

    private static bool IsChoice(Type type) =>
        type.GetFields().Any(member => member.IsDefined(typeof(System.Text.Json.Serialization.JsonStringEnumMemberNameAttribute), false));

    private static (TrainingSpec Spec, Faults Faults) Read(string json)
    {
        var faults = new Faults();
        using var document = JsonDocument.Parse(json);
        var reader = new SpecReader(document.RootElement, "$", faults);
        var spec = reader.Read<TrainingSpec>();
        reader.CheckOnlyWith(spec, faults);
        return (spec, faults);
    }
}
