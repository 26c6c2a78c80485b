using System.Globalization;
using System.Text.Json.Nodes;

namespace Linnaeus.Portal.Training;

public enum SpecFieldKind { Text, Choice, Integer, Number, Flag }

/// <summary>A form field of a training spec.</summary>
/// <param name="Path">E.g. <c>epochs</c> or <c>early_stopping.patience</c>.</param>
/// <param name="Hint">Meaning, unit and range.</param>
public sealed record SpecField(string Path, string Label, SpecFieldKind Kind, string Hint)
{
    /// <summary>Values of a <see cref="SpecFieldKind.Choice"/>, suggestions for a <see cref="SpecFieldKind.Text"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Whether to show the field; a field that is set or invalid is always shown.</summary>
    public Func<SpecDraft, bool> Applies { get; init; } = _ => true;

    public string? Default => SpecDefaults.Of(Path);

    /// <summary>Converts input to JSON: null if empty, text if it is not a number, so that the Registry reports the error.</summary>
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

/// <summary>A group of fields.</summary>
/// <param name="IsFirst">Whether the section is initially open.</param>
public sealed record SpecSection(string Title, IReadOnlyList<SpecField> Fields, bool IsFirst = false);
