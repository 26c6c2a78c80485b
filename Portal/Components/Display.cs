using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Components;

/// <summary>Values as people read them.</summary>
public static class Display
{
    /// <summary>A span in its largest unit: <c>just now</c>, <c>5 min ago</c>, <c>3 days ago</c>.</summary>
    public static string Ago(TimeSpan span) => span switch
    {
        { TotalSeconds: < 45 } => "just now",
        { TotalMinutes: < 59.5 } => Text($"{span.TotalMinutes:0} min ago"),
        { TotalHours: < 23.5 } => Text($"{span.TotalHours:0} h ago"),
        { TotalDays: < 1.5 } => "yesterday",
        _ => Text($"{span.TotalDays:0} days ago"),
    };

    /// <summary>A share of 0..1 given as text in a tag: <c>93.1%</c>; null when it is no number.</summary>
    public static string? Share(IReadOnlyDictionary<string, string> tags, string key) =>
        tags.TryGetValue(key, out var text) && double.TryParse(text, CultureInfo.InvariantCulture, out var share) ? Share(share) : null;

    public static string Share(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    /// <summary>What a job is called: the name in its spec, else what it works on.</summary>
    public static string NameOf(Job job) => SpecText(job, "name") ?? SpecText(job, "model") ?? job.Id[..8];

    public static string? SpecText(Job job, string property) =>
        job.Spec.ValueKind == JsonValueKind.Object && job.Spec.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
