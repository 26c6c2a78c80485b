using System.Text.RegularExpressions;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Tracking;

namespace Linnaeus.Registry.Models;

/// <summary>MLflow's limits on aliases and on tags of registered models and their versions.</summary>
internal static partial class ModelLimits
{
    private const int PromptText = 100_000;
    private const int AliasLength = 255;

    /// <summary>A tag of a registered model or a version; prompts store their text in a tag.</summary>
    public static KeyValuePair<string, string> RegistryTag(string kind, string key, string value) => KeyValuePair.Create(Limits.TagKey(key),
        Limits.CheckLength($"{kind} value", key == "mlflow.prompt.text" ? PromptText : Limits.StrictTagValue, value));

    public static string CheckAlias(string alias)
    {
        if (!AliasName().IsMatch(alias))
            throw RegistryException.Invalid($"Invalid alias name: '{alias}'. Names may only contain letters, digits, underscores (_) and dashes (-).");
        Limits.CheckLength("Registered model alias name", AliasLength, alias);
        if (alias.Equals("latest", StringComparison.OrdinalIgnoreCase)) throw RegistryException.Invalid("'latest' alias name (case insensitive) is reserved.");
        if (VersionName().IsMatch(alias)) throw RegistryException.Invalid($"Version alias name '{alias}' is reserved.");
        return alias;
    }

    [GeneratedRegex(@"\A[\w\-]+\z")]
    private static partial Regex AliasName();

    [GeneratedRegex(@"\A[vV]\d+\z")]
    private static partial Regex VersionName();
}
