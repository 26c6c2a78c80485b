using System.Globalization;
using System.Text.Json.Nodes;

namespace Linnaeus.Portal.Training;

/// <summary>A form field of a training spec.</summary>
public sealed record FormField(SpecField Field)
{
    /// <summary>E.g. <c>epochs</c> or <c>early_stopping.patience</c>.</summary>
    public string Path => Field.Path;

    public string Label => Field.Label;

    public SpecFieldKind Kind => Field.Kind;

    /// <summary>Meaning, unit and range.</summary>
    public string Hint => Field.Hint;

    /// <summary>Values of a <see cref="SpecFieldKind.Choice"/>, suggestions for a <see cref="SpecFieldKind.Text"/>.</summary>
    public IReadOnlyList<string> Choices => Kind == SpecFieldKind.Choice ? Field.Choices : Field.Suggestions;

    public string? Default => SpecDefaults.Of(Path);

    /// <summary>Whether to show the field; a field that is set or invalid is always shown.</summary>
    public bool Applies(SpecDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return Field.OnlyWith is not { } rule || rule.Allows(draft.Get(Field.OnlyWithPath) ?? SpecDefaults.Of(Field.OnlyWithPath) ?? "");
    }

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
public sealed record SpecSection(string Title, IReadOnlyList<FormField> Fields, bool IsFirst = false);
