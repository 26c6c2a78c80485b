using System.Globalization;
using System.Text.Encodings.Web;
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

    /// <summary>A number in four digits: <c>0.9375</c>, <c>1.2e-05</c>, <c>12,480</c>; a dash when there is none.</summary>
    public static string Number(double? number) => number switch
    {
        null => "–",
        0 => "0",
        { } value when !double.IsFinite(value) => value.ToString(CultureInfo.InvariantCulture),
        { } value when Math.Abs(value) is >= 1e15 or < 1e-4 => value.ToString("0.###e+00", CultureInfo.InvariantCulture),
        { } value when Math.Abs(value) >= 1000 => value.ToString("#,0.#", CultureInfo.InvariantCulture),
        { } value => value.ToString("G4", CultureInfo.InvariantCulture),
    };

    /// <summary>Bytes in their largest binary unit: <c>16.2 MiB</c>.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1L << 10 => Text($"{bytes} B"),
        < 1L << 20 => Text($"{bytes / (double)(1L << 10):0.#} KiB"),
        < 1L << 30 => Text($"{bytes / (double)(1L << 20):0.#} MiB"),
        _ => Text($"{bytes / (double)(1L << 30):0.##} GiB"),
    };

    /// <summary>A duration in its two largest units: <c>42 s</c>, <c>3 min 20 s</c>, <c>2 h 5 min</c>.</summary>
    public static string Duration(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => Text($"{Math.Max(0, span.TotalSeconds):0} s"),
        { TotalHours: < 1 } => Text($"{span.Minutes} min {span.Seconds} s"),
        { TotalDays: < 1 } => Text($"{span.Hours} h {span.Minutes} min"),
        _ => Text($"{(int)span.TotalDays} d {span.Hours} h"),
    };

    /// <summary>What a job is called: the name in its spec, else what it works on.</summary>
    public static string NameOf(Job job) => SpecText(job, "name") ?? SpecText(job, "model") ?? job.Id[..8];

    public static string? SpecText(Job job, string property) => TextAt(job.Spec, property);

    /// <summary>A text in a document, by the names on the way to it; null when there is none.</summary>
    public static string? TextAt(JsonElement json, params string[] path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
                return null;
        }
        return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
    }

    /// <summary>JSON with a line for each field, its letters as they are.</summary>
    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
