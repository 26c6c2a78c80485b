namespace Aspire.Hosting.ApplicationModel;

internal static class ResourceName
{
    /// <summary>Names become host names and parts of environment variables, so the alphabet is narrow.</summary>
    internal static void Validate(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var fault = name switch
        {
            { Length: > 64 } => "must be at most 64 characters long",
            _ when !char.IsAsciiLetter(name[0]) => "must start with an ASCII letter",
            _ when name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-') => "must contain only ASCII letters, digits and hyphens",
            _ when name.EndsWith('-') => "cannot end with a hyphen",
            _ when name.Contains("--", StringComparison.Ordinal) => "cannot contain consecutive hyphens",
            _ => null,
        };
        if (fault is not null)
            throw new ArgumentException($"Resource name '{name}' is invalid. Name {fault}.", nameof(name));
    }
}
