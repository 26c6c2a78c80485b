using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Linnaeus.AppHost;

/// <summary>Command-line options: <c>--data DIR --quickstart false --port-offset 100 --access required</c>.</summary>
internal sealed record AppHostSettings
{
    public const string AccessOpen = "open";
    public const string AccessRequired = "required";
    private const int LargestOffset = 40_000;

    /// <summary>Absolute path of the data folder. A relative path is resolved against the current folder.</summary>
    public required string Data { get; init; }

    /// <summary>Whether an empty registry gets its first two training runs.</summary>
    public bool Quickstart { get; init; }

    /// <summary>Added to every fixed port, so that two instances can run side by side.</summary>
    public int PortOffset { get; init; }

    /// <summary>Whether callers need a token. Open is the default, since every service listens on loopback.</summary>
    public bool RequiresTokens { get; init; }

    /// <summary>Training uses every core; an idle Trainer uses none.</summary>
    public int TrainerThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>Explanations are short: they share the cores with training without slowing it much.</summary>
    public int ExplainerThreads { get; init; } = Math.Max(1, Environment.ProcessorCount / 4);

    /// <exception cref="DistributedApplicationException">An option is invalid.</exception>
    public static AppHostSettings Read(IConfiguration configuration) => new()
    {
        Data = Path.GetFullPath(configuration["data"] is { Length: > 0 } data ? data : "data"),
        Quickstart = Value(configuration, "quickstart", true, bool.TryParse, "true or false"),
        PortOffset = Value(configuration, "port-offset", 0, (string? text, out int offset) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out offset) && offset <= LargestOffset, $"an integer from 0 to {LargestOffset}"),
        RequiresTokens = Value(configuration, "access", false, TryParseAccess, $"{AccessOpen} or {AccessRequired}"),
    };

    /// <summary>File of the administrator's token when tokens are required.</summary>
    public string AdminTokenFile => Path.Combine(Data, "admin-token");

    /// <summary>File of the secret that encrypts the Portal's sessions, so that they survive a restart.</summary>
    public string SessionSecretFile => Path.Combine(Data, "session-secret");

    /// <summary>The Trainer leases no jobs while this file exists.</summary>
    public string DrainFile => Folder("trainer-drained");

    /// <summary>User and platform data. Excludes secrets and downloads, which the Trainer can fetch again.</summary>
    public IReadOnlyList<string> DataFolders => [Folder("azurite"), Folder("registry"), Folder("cache/explainer")];

    /// <summary>Folder of the official datasets, which the Trainer downloads and the Explainer reads.</summary>
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
