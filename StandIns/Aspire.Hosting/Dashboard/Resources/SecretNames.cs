using System.Text.RegularExpressions;

namespace Aspire.Hosting.Dashboard;

/// <summary>Tells which settings look secret by name or by value, so that pages hide them until asked.</summary>
internal static partial class SecretNames
{
    public static bool LooksSecret(string name, string? value) =>
        Name().IsMatch(name) || (value is not null && Value().IsMatch(value));

    // Whole words only, at underscores or capitals: API_KEY and ApiKey, but not KEYBOARD or Monkey.
    [GeneratedRegex("""(?<![A-Za-z])(?i:passwords?|passwd|pwd|secrets?|tokens?|keys?|apikey|credentials?|connectionstrings?|otlp_headers)(?![a-z])|(?<=[a-z])(Password|Pwd|Secret|Token|Key|Credentials?|ConnectionString)s?(?![a-z])|(?i:browsertoken)""", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex("""(?i)(accountkey|password|pwd|sharedaccesssignature|sig)=|://[^/\s:@]+:[^/\s@]+@""", RegexOptions.CultureInvariant)]
    private static partial Regex Value();
}
