using Linnaeus.Benchmarks;
using Linnaeus.Benchmarks.RegistryLoad;
using Linnaeus.Benchmarks.Soak;

// Each benchmark prints ratios against a reference measured in the same run; none asserts a time.
var benchmarks = new SortedDictionary<string, Func<string[], int>>(StringComparer.Ordinal)
{
    ["compute"] = ComputeBenchmark.Run,
    ["explain"] = ExplainBenchmark.Run,
    ["loader"] = LoaderBenchmark.Run,
    ["portal"] = PortalBenchmark.Run,
    ["registry"] = RegistryBenchmark.Run,
    ["soak"] = SoakBenchmark.Run,
    ["train"] = TrainBenchmark.Run,
};

if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var benchmark))
{
    Console.Error.WriteLine($"Usage: dotnet run -c Release --project Benchmarks -- NAME [options]. NAME is one of: {string.Join(", ", benchmarks.Keys)}.");
    return 2;
}

try
{
    return benchmark(args[1..]);
}
catch (ArgumentException wrong) // an invalid option
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}
