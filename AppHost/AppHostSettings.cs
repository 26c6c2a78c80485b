using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Linnaeus.AppHost;

/// <summary>What the command line says: <c>--data DIR --quickstart false --port-offset 100 --access required</c>.</summary>
internal sealed record AppHostSettings
{
    public const string AccessOpen = "open";
    public const string AccessRequired = "required";
    private const int LargestOffset = 40_000;

    /// <summary>Folder of everything that is kept between runs, absolute. Relative ones are meant from the current folder.</summary>
    public required string Data { get; init; }

    /// <summary>Whether an empty registry gets its first two training runs.</summary>
    public bool Quickstart { get; init; }

    /// <summary>Added to every fixed port, so that the platform can run twice side by side.</summary>
    public int PortOffset { get; init; }

    /// <summary>Whether callers must show a token. Everything listens on loopback, where open is the convenient choice.</summary>
    public bool RequiresTokens { get; init; }

    /// <summary>Training has every core; while nothing is trained, nothing is spent.</summary>
    public int TrainerThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>Explanations are short: they share the cores with training without slowing it much.</summary>
    public int ExplainerThreads { get; init; } = Math.Max(1, Environment.ProcessorCount / 4);

    /// <exception cref="DistributedApplicationException">A value has no meaning.</exception>
    public static AppHostSettings Read(IConfiguration configuration) => new()
    {
        Data = Path.GetFullPath(configuration["data"] is { Length: > 0 } data ? data : "data"),
        Quickstart = Value(configuration, "quickstart", true, bool.TryParse, "true or false"),
        PortOffset = Value(configuration, "port-offset", 0, (string? text, out int offset) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out offset) && offset <= LargestOffset, $"a whole number from 0 to {LargestOffset}"),
        RequiresTokens = Value(configuration, "access", false, TryParseAccess, $"{AccessOpen} or {AccessRequired}"),
    };

    /// <summary>Where the administrator's token is kept when tokens are required.</summary>
    public string AdminTokenFile => Path.Combine(Data, "admin-token");

    /// <summary>Where the secret is kept that the Portal's sessions are encrypted with, so that they outlive a restart.</summary>
    public string SessionSecretFile => Path.Combine(Data, "session-secret");

    /// <summary>While there is such a file, the Trainer takes no jobs.</summary>
    public string DrainFile => Folder("trainer-drained");

    /// <summary>What people and the platform have made. Not among them: downloads, which the Trainer would fetch again, and secrets.</summary>
    public IReadOnlyList<string> DataFolders => [Folder("azurite"), Folder("registry"), Folder("cache/explainer")];

    /// <summary>Where the Trainer keeps the official datasets that it downloads, and the Explainer finds them.</summary>
    public string Datasets => Environment.GetEnvironmentVariable("DATASETS_DIR") ?? Folder("cache/trainer/datasets");

    /// <summary>A folder inside <see cref="Data"/>.</summary>
    public string Folder(string name) => Path.Combine(Data, name);

    private static bool TryParseAccess(string? text, out bool required)
    {
        required = string.Equals(text, AccessRequired, StringComparison.OrdinalIgnoreCase);
        return required || string.Equals(text, AccessOpen, StringComparison.OrdinalIgnoreCase);
    }

    private delegate bool Parser<T>(string? text, out T value);

    private static T Value<T>(IConfiguration configuration, string name, T fallback, Parser<T> parse, string meaning)
    {
        if (configuration[name] is not { } text)
            return fallback;
        return parse(text, out var value) ? value : throw new DistributedApplicationException($"--{name} must be {meaning}, got '{text}'.");
    }
}
