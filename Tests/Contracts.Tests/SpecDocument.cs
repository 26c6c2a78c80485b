using System.Globalization;
using System.Text;

namespace Linnaeus.Contracts.Tests;

/// <summary>Writes <c>docs/SPEC.md</c> from the specs' attributes.</summary>
internal static class SpecDocument
{
    public static string Write()
    {
        var text = new StringBuilder("""
            # Specs

            Every field of the specs that `POST /api/jobs` takes as `{"kind": KIND, "spec": {…}}`. Generated from `Contracts/Jobs`; a test compares it
            (`UPDATE_DOCS=1 dotnet test Tests/Contracts.Tests` writes it anew). A field without a default is absent unless given. Unknown fields and values
            outside their range are refused, all of them in one answer.

            """);
        Add<TrainingSpec>(text, "train", "Trains a network and registers its best checkpoint as a model version.");
        Add<SweepSpec>(text, "sweep", "Runs of one training spec that differ in some fields. `base` is a training spec; `parameters` maps its fields to `{\"values\": […]}`, or in a random search to `{\"min\": …, \"max\": …, \"scale\": …}`.");
        Add<ExplanationSpec>(text, "explain", "Explains several images by one model version.");
        Add<DiagnosisSpec>(text, "diagnose", "Error analysis of a model version on its dataset.");
        text.Append("\n## Choices\n");
        foreach (var choice in new[] { typeof(TrainingSpec), typeof(SweepSpec), typeof(ExplanationSpec), typeof(DiagnosisSpec) }.SelectMany(ChoicesOf).Distinct())
            AddChoice(text, choice);
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static void Add<T>(StringBuilder text, string kind, string summary) where T : class, new()
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## `{kind}`\n\n{summary}\n");
        foreach (var group in SpecFields.Of<T>().GroupBy(field => field.Group))
        {
            if (group.Key.Length > 0)
                text.Append(CultureInfo.InvariantCulture, $"\n### {group.Key}\n");
            text.Append("\n| Field | Default | Value | |\n|---|---|---|---|\n");
            foreach (var field in group)
                text.Append(CultureInfo.InvariantCulture, $"| `{field.Path}` | {(field.DefaultJson is { } standard ? $"`{standard}`" : "")} | {Value(field)} | {Meaning(field)} |\n");
        }
    }

    private static string Value(SpecField field) => field.Kind switch
    {
        SpecFieldKind.Choice => Names(field),
        SpecFieldKind.List when field.Choices.Count > 0 => $"list of {Names(field)}",
        SpecFieldKind.List => "list of strings" + (field.Length is { } length ? $", {length.Min} to {length.Max}" : ""),
        SpecFieldKind.Integer => field.Range is { } range ? $"integer {Bounds(range)}" : "integer",
        SpecFieldKind.Number => field.Range is { } range ? $"number {range}" : "number",
        SpecFieldKind.Flag => "true or false",
        SpecFieldKind.Text => "string",
        _ => throw new InvalidOperationException($"{field.Kind} is not described."),
    };

    private static string Names(SpecField field) => string.Join(", ", field.Choices.Select(name => $"`{name}`"));

    private static string Bounds(Interval range) => range.Max >= long.MaxValue ? $"from {range.Min}" : range.ToString();

    private static string Meaning(SpecField field)
    {
        var rule = field.OnlyWith is not { } only ? ""
            : only.Values.Count > 0 ? $" Only with `{field.OnlyWithPath}` {string.Join(" or ", only.Values.Select(value => $"`{value}`"))}."
            : only.Except is { Length: > 0 } except ? $" Not with `{field.OnlyWithPath}` `{except}`." : $" Only with `{field.OnlyWithPath}`.";
        var (required, description) = (field.IsRequired ? "**Required.** " : "", field.Description.Length > 0 ? field.Description + "." : field.Label + ".");
        return $"{required}{description}{rule}";
    }

    private static IEnumerable<Type> ChoicesOf(Type spec) =>
        ((IReadOnlyList<SpecField>)typeof(SpecFields).GetMethod(nameof(SpecFields.Of))!.MakeGenericMethod(spec).Invoke(null, null)!)
            .Where(field => field.ValueType.IsEnum).Select(field => field.ValueType);

    private static void AddChoice(StringBuilder text, Type choice)
    {
        var members = Choice.Members(choice);
        if (members.All(member => member.Description.Length == 0))
            return;
        text.Append(CultureInfo.InvariantCulture, $"\n### {choice.Name}\n\n| Value | |\n|---|---|\n");
        foreach (var (name, description) in members)
            text.Append(CultureInfo.InvariantCulture, $"| `{name}` | {description} |\n");
    }
}
