using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Linnaeus.Portal.Training;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Tests;

/// <summary>A job as form fields and as JSON.</summary>
public sealed class SpecDraftTests
{
    private const string Job = """{"kind": "train", "spec": {"model": "flowers", "dataset": "synthetic-flowers", "epochs": 3}}""";

    [Fact]
    public void The_form_has_every_spec_field_once_with_its_default()
    {
        var options = new JsonSerializerOptions(ApiJson.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        var names = options.GetTypeInfo(typeof(TrainingSpec)).Properties.SelectMany(property =>
            property.PropertyType is { IsClass: true } type && type.Namespace == typeof(TrainingSpec).Namespace
                ? options.GetTypeInfo(property.PropertyType).Properties.Select(inner => $"{property.Name}.{inner.Name}")
                : [property.Name]);
        var fields = SpecForm.Sections.SelectMany(section => section.Fields).ToList();
        Assert.Equal(names.Order(StringComparer.Ordinal), fields.Select(one => one.Path).Order(StringComparer.Ordinal));
        Assert.Equal(("10", "0.001", "none", "true", "40"), (Default("epochs"), Default("learning_rate"), Default("augmentation"), Default("robustness"), Default("synthetic.train_per_class")));
        Assert.Null(Default("early_stopping.patience"));
        Assert.Null(Default("gradient_clip"));
        string? Default(string path) => fields.Single(one => one.Path == path).Default;
    }

    [Fact]
    public void Fields_and_JSON_stay_in_sync()
    {
        var draft = new SpecDraft(Job);
        draft.Set("epochs", 12);
        draft.Set("early_stopping.patience", 4);
        draft.Set("model", null);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"kind":"train","spec":{"dataset":"synthetic-flowers","epochs":12,"early_stopping":{"patience":4}}}"""), JsonNode.Parse(draft.Text)));
        draft.Set("early_stopping.patience", null);
        Assert.DoesNotContain("early_stopping", draft.Text, StringComparison.Ordinal);

        draft.SetText("""{"model": "roses", "learning_rate": 1e-2, /* a bare spec */ }""");
        Assert.Equal(("train", "roses", "0.01", null), (draft.Kind, draft.Get("model"), draft.Get("learning_rate") is { } rate ? double.Parse(rate, System.Globalization.CultureInfo.InvariantCulture).ToString(System.Globalization.CultureInfo.InvariantCulture) : null, draft.Get("epochs")));
    }

    [Theory]
    [InlineData("{\"kind\": \"train\",\n  \"spec\": {\"epochs\": 1,, }}", "Line 2, column 24")]
    [InlineData("", "Line 1, column 1")]
    [InlineData("[1]", "JSON object")]
    [InlineData("{\"kind\": \"train\", \"spec\": 7}", "\"spec\"")]
    [InlineData("{\"model\": \"a\", \"model\": \"b\"}", "model")]
    public void Invalid_JSON_is_located_and_leaves_the_fields_unchanged(string text, string fault)
    {
        var draft = new SpecDraft(Job);
        draft.SetText(text);
        Assert.Contains(fault, draft.Fault, StringComparison.Ordinal);
        draft.Set("epochs", 99);
        Assert.Equal((text, "3"), (draft.Text, draft.Get("epochs")));
        draft.SetText(Job);
        Assert.Null(draft.Fault);
    }

    [Fact]
    public void Invalid_input_reaches_the_Registry_unchanged()
    {
        var epochs = SpecForm.Sections.SelectMany(section => section.Fields).Single(one => one.Path == "epochs");
        Assert.Equal(("7", "7.5", "\"many\"", null), (epochs.Read("7")?.ToJsonString(), epochs.Read("7.5")?.ToJsonString(), epochs.Read("many")?.ToJsonString(), epochs.Read(" ")));
    }

    [Fact]
    public void The_fields_of_a_sweep_are_its_shared_settings()
    {
        var draft = new SpecDraft(SpecPreset.Find("flowers12-mixing")!.Json);
        Assert.Equal((true, "$.spec.base", "26"), (draft.IsSweep, draft.Root, draft.Get("epochs")));
        draft.Set("epochs", 5);
        Assert.Equal(5, draft.Request.Spec.GetProperty("base").GetProperty("epochs").GetInt32());
        Assert.Equal(JsonValueKind.Object, draft.Request.Spec.GetProperty("parameters").ValueKind);
    }
}
