using System.Text.RegularExpressions;

namespace Aspire.Hosting.Dashboard;

/// <summary>Tells which settings look secret by name or by value, so that pages hide them until asked.</summary>
internal static partial class SecretNames
{
    private static readonly string[] Endings =
    [
        "password", "passwd", "pwd", "secret", "secrets", "token", "tokens", "credential", "credentials", "apikey", "accountkey",
    ];

    private static readonly string[] Parts = ["connectionstring", "otlp_headers"];

    public static bool LooksSecret(string name, string? value) =>
        Words().Split(name).Any(IsSecretWord)
        || Parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase))
        || (value is not null && SecretValue().IsMatch(value));

    /// <summary>PGPASSWORD ends in a secret word; KEY must stand alone, as in API_KEY or ApiKey, since MONKEY ends in it too.</summary>
    private static bool IsSecretWord(string word) =>
        word.Equals("key", StringComparison.OrdinalIgnoreCase)
        || word.Equals("keys", StringComparison.OrdinalIgnoreCase)
        || Endings.Any(ending => word.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])", RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    [GeneratedRegex("""(?i)(accountkey|password|pwd|sharedaccesssignature|sig)=|://[^/\s:@]+:[^/\s@]+@""", RegexOptions.CultureInvariant)]
    private static partial Regex SecretValue();
}
