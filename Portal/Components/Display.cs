using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Components;

/// <summary>Formats values for people.</summary>
public static class Display
{
    /// <summary>A time span in its largest unit: <c>just now</c>, <c>5 min ago</c>, <c>3 days ago</c>.</summary>
    public static string Ago(TimeSpan span) => span switch
    {
        { TotalSeconds: < 45 } => "just now",
        { TotalMinutes: < 59.5 } => Text($"{span.TotalMinutes:0} min ago"),
        { TotalHours: < 23.5 } => Text($"{span.TotalHours:0} h ago"),
        { TotalDays: < 1.5 } => "yesterday",
        _ => Text($"{span.TotalDays:0} days ago"),
    };

    /// <summary>A share of 0..1 in a tag as a percentage, <c>93.1%</c>; null if the tag is absent or not a number.</summary>
    public static string? Share(IReadOnlyDictionary<string, string> tags, string key) =>
        tags.TryGetValue(key, out var text) && double.TryParse(text, CultureInfo.InvariantCulture, out var share) ? Share(share) : null;

    public static string Share(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    /// <summary>A number with four digits: <c>0.9375</c>, <c>1.2e-05</c>, <c>12,480</c>; a dash for null.</summary>
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

    /// <summary>
    /// The status of a run or job, one of <c>queued</c>, <c>running</c>, <c>succeeded</c>, <c>failed</c>, <c>canceled</c>, or of a model version, one of
    /// <c>pending</c>, <c>ready</c>, <c>failed</c>.
    /// </summary>
    /// <param name="status">As the APIs and enums spell it, in any case; an unknown status is returned in lower case.</param>
    public static string Status(string status) => status.ToUpperInvariant() switch
    {
        "QUEUED" or "SCHEDULED" => "queued",
        "LEASED" or "RUNNING" => "running",
        "SUCCEEDED" or "FINISHED" => "succeeded",
        "FAILED" or "FAILED_REGISTRATION" => "failed",
        "CANCELLED" or "KILLED" => "canceled",
        "PENDING_REGISTRATION" => "pending",
        _ => status.ToLowerInvariant(),
    };

    /// <summary>A model version: <c>flowers v3</c>.</summary>
    public static string Version(string model, string version) => $"{model} v{version}";

    /// <summary>A model version: <c>flowers v3</c> for <c>flowers/3</c>; any other text, such as <c>flowers@champion</c>, is returned unchanged.</summary>
    public static string Version(string name) =>
        name.LastIndexOf('/') is var slash and > 0 && int.TryParse(name.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? Version(name[..slash], name[(slash + 1)..]) : name;

    /// <summary>The type of a job: <c>train</c>, <c>sweep run</c>, <c>sweep</c>, <c>explain</c>, <c>error analysis</c>.</summary>
    public static string TypeOf(Job job) => job.SweepId is null ? TypeOf(job.Kind) : "sweep run";

    /// <param name="kind">As the API spells it.</param>
    public static string TypeOf(string kind) => kind == "diagnose" ? "error analysis" : kind;

    /// <summary>The name of a job: the name in its spec, else its model.</summary>
    public static string NameOf(Job job) => SpecText(job, "name") ?? SpecText(job, "model") ?? job.Id[..8];

    public static string? SpecText(Job job, string property) => TextAt(job.Spec, property);

    /// <summary>A string in a JSON document, by the property names on the path to it; null if absent.</summary>
    public static string? TextAt(JsonElement json, params string[] path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
                return null;
        }
        return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
    }

    /// <summary>Indented JSON without escapes for non-ASCII letters.</summary>
    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
