using System.Text.RegularExpressions;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Tracking;

/// <summary>MLflow's limits on names, values and batches of runs and experiments.</summary>
internal static partial class Limits
{
    public const int BatchMetrics = 1000;
    public const int BatchParams = 100;
    public const int BatchTags = 100;
    public const int BatchTotal = 1000;
    public const int BatchDatasets = 10_000;
    public const int KeyLength = 250;
    private const int ParamValue = 6000;
    private const int TagValue = 8000;
    public const int StrictTagValue = 5000;
    private const int ExperimentName = 500;

    public static string MetricKey(string key) => CheckName("metric", "Metric", key);

    public static string ParamKey(string key) => CheckName("parameter", "Param", key);

    public static string TagKey(string key) => CheckName("tag", "Tag", key);

    /// <summary>Truncates longer values, as MLflow does by default.</summary>
    public static string CutParam(string value) => Cut(value, ParamValue);

    public static string CutTag(string value) => Cut(value, TagValue);

    /// <summary>Tags of experiments and models are rejected instead of truncated.</summary>
    public static string ExperimentTagValue(string value) => CheckLength("Tag value", StrictTagValue, value);

    public static void CheckBatch(string what, int limit, int count)
    {
        if (count > limit)
            throw RegistryException.Invalid($"A batch logging request can contain at most {limit} {what}, but this one has {count}. Split it into several requests.");
    }

    public static string CheckExperimentName(string name) =>
        name.Length > ExperimentName ? throw RegistryException.Invalid($"Experiment name exceeds the maximum length of {ExperimentName} characters.") : name;

    /// <summary>Checks a text of a dataset or a dataset input.</summary>
    public static string? CheckInput(string what, string? value, int limit) => value is null || value.Length <= limit ? value
        : throw RegistryException.Invalid($"{what} exceeds the maximum length of {limit} characters; it has {value.Length}.");

    /// <summary>Checks a logged model's name; null means that the name is generated.</summary>
    public static string? CheckLoggedModelName(string? name)
    {
        if (name is null || (name.Length > 0 && !name.Any("/:.%\"'".Contains))) return name;
        throw RegistryException.Invalid($"Invalid model name ('{name}') provided. Model name must be a non-empty string and cannot contain the following characters: / : . % \" '");
    }

    /// <summary>Python's <c>posixpath.normpath</c>.</summary>
    public static string NormalPath(string path)
    {
        var absolute = path.StartsWith('/');
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != ".." || (parts.Count == 0 && !absolute) || (parts.Count > 0 && parts[^1] == "..")) parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
        }
        var joined = string.Join('/', parts);
        return absolute ? "/" + joined : joined.Length == 0 ? "." : joined;
    }

    private static string CheckName(string kind, string title, string key)
    {
        if (!ValidName().IsMatch(key))
            throw RegistryException.Invalid($"Invalid {kind} name: '{key}'. Names may only contain letters, digits, underscores (_), dashes (-), periods (.), spaces and slashes (/).");
        var normal = NormalPath(key);
        if (normal != key || normal == "." || normal.StartsWith("..", StringComparison.Ordinal) || normal.StartsWith('/'))
            throw RegistryException.Invalid($"Invalid {kind} name: '{key}'. Names may be used as file paths and must not resolve to other names; this one would resolve to '{normal}'.");
        return CheckLength($"{title} key", KeyLength, key);
    }

    public static string CheckLength(string what, int limit, string value) => value.Length <= limit ? value
        : throw RegistryException.Invalid($"{what} '{value[..Math.Min(250, value.Length)]}' had length {value.Length}, which exceeded length limit of {limit}");

    private static string Cut(string value, int limit) =>
        value.Length <= limit ? value : value[..(char.IsHighSurrogate(value[limit - 1]) ? limit - 1 : limit)];

    [GeneratedRegex(@"\A[/\w.\- ]*\z")]
    private static partial Regex ValidName();
}
