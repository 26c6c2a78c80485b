using System.Globalization;
using System.Text.Json.Nodes;

namespace Linnaeus.Portal.Training;

public enum SpecFieldKind { Text, Choice, Integer, Number, Flag }

/// <summary>A field of a training's spec, for people.</summary>
/// <param name="Path">E.g. <c>epochs</c> or <c>early_stopping.patience</c>.</param>
/// <param name="Hint">What it means, its unit and its range.</param>
public sealed record SpecField(string Path, string Label, SpecFieldKind Kind, string Hint)
{
    /// <summary>Values of a <see cref="SpecFieldKind.Choice"/>, suggestions for a text.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>When it makes sense; a field that is set or faulty is shown in any case.</summary>
    public Func<SpecDraft, bool> Applies { get; init; } = _ => true;

    public string? Default => SpecDefaults.Of(Path);

    /// <summary>What was typed as it goes into the JSON: null for nothing, text where it is no number, so that the Registry says what is wrong with it.</summary>
    public JsonNode? Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        return Kind switch
        {
            SpecFieldKind.Integer when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
            SpecFieldKind.Integer or SpecFieldKind.Number when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
            SpecFieldKind.Flag => JsonValue.Create(text == "true"),
            _ => JsonValue.Create(text.Trim()),
        };
    }
}

/// <summary>Fields that belong together.</summary>
/// <param name="IsFirst">Whether it is open from the start.</param>
public sealed record SpecSection(string Title, IReadOnlyList<SpecField> Fields, bool IsFirst = false);
