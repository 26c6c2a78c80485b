using System.Globalization;

namespace Linnaeus.Benchmarks.RegistryLoad;

/// <summary>Options of <c>registry</c>.</summary>
internal sealed record RegistryBenchmarkOptions
{
    /// <summary>Seconds of load for each operation and number of clients.</summary>
    public double Seconds { get; init; } = 3;

    public IReadOnlyList<int> Clients { get; init; } = [1, 16];

    /// <summary><c>sqlite</c>, <c>postgres</c>.</summary>
    public IReadOnlyList<string> Databases { get; init; } = ["sqlite", "postgres"];

    /// <summary>Only operations whose name contains this.</summary>
    public string Only { get; init; } = "";

    /// <summary>Size in MiB of the artifact in the memory test; 0 runs the load tests instead.</summary>
    public int ArtifactSize { get; init; }

    /// <exception cref="ArgumentException">An unknown option or an invalid value.</exception>
    public static RegistryBenchmarkOptions Parse(string[] arguments)
    {
        var options = new RegistryBenchmarkOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : throw new ArgumentException($"{arguments[i]} needs a value.");
            options = arguments[i] switch
            {
                "--seconds" => options with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
                "--clients" => options with { Clients = [.. value.Split(',').Select(c => int.Parse(c, CultureInfo.InvariantCulture))] },
                "--databases" => options with { Databases = value.Split(',') },
                "--only" => options with { Only = value },
                "--artifact-size" => options with { ArtifactSize = int.Parse(value, CultureInfo.InvariantCulture) },
                var other => throw new ArgumentException(
                    $"Unknown option {other}; known are --seconds, --clients, --databases, --only and --artifact-size."),
            };
        }
        return options;
    }
}
