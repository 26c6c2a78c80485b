using System.Text.Json;
using Linnaeus.Cli;
using Linnaeus.Registry.Client;
using Linnaeus.Services.Tests.Platform;
using Linnaeus.Services.Tests.Training;

namespace Linnaeus.Services.Tests.Cli;

/// <summary>The command line with running services.</summary>
public sealed class CommandLineTests(ServicesFixture services) : IDisposable
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("linnaeus-cli-").FullName;

    [Fact]
    public async Task A_run_is_followed_and_its_version_listed_predicted_explained_and_promoted()
    {
        var spec = Path.Combine(_folder, "spec.json");
        await File.WriteAllTextAsync(spec, "// a comment\n" + JsonSerializer.Serialize(Specs.Tiny("from-cli"), ApiJson.Options), Cancelled);

        var (status, output, error) = await RunAsync("train", spec, "--follow");
        Assert.Equal((ExitCodes.Success, ""), (status, error));
        Assert.Contains("Succeeded after", output, StringComparison.Ordinal);

        var runs = await JsonAsync("runs", "--experiment", "services-tests", "--filter", "params.model = 'from-cli'");
        var run = Assert.Single(runs.GetProperty("runs").EnumerateArray()).GetProperty("run_id").GetString()!;
        Assert.Contains("test_accuracy", (await RunAsync("runs", "show", run)).Output, StringComparison.Ordinal);
        Assert.Contains(run, (await RunAsync("models", "from-cli")).Output, StringComparison.Ordinal);

        var image = $"runs:/{run}/{await SampleAsync(run)}";
        var prediction = Assert.Single((await JsonAsync("predict", "from-cli/1", image)).EnumerateArray());
        var explained = await JsonAsync("explain", "models:/from-cli/1", image, "--output", Path.Combine(_folder, "out"));
        Assert.Equal(
            prediction.GetProperty("prediction").GetProperty("predicted_class").GetString(), explained.GetProperty("predicted_class").GetString());
        Assert.Contains(Directory.GetFiles(Path.Combine(_folder, "out")), file => file.EndsWith(".npy", StringComparison.Ordinal));

        Assert.Contains("is now v1", (await RunAsync("promote", "from-cli", "1", "--reason", "the first")).Output, StringComparison.Ordinal);
        Assert.Contains("champion -> 1", (await RunAsync("models")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_promotion_that_fails_the_policy_reports_the_reason()
    {
        var version = await Versions.RegisterAsync(services.Registry, "guarded-cli", ["a", "b"], 32);
        var policy = new AliasPolicy { MinimumMetrics = new Dictionary<string, double> { ["test_accuracy"] = 0.9 } };
        await services.Registry.Aliases.SetPolicyAsync("guarded-cli", "champion", policy, Cancelled);

        var (status, _, error) = await RunAsync("promote", "guarded-cli", version.Version);
        Assert.Equal(ExitCodes.Failed, status);
        Assert.Contains("test_accuracy", error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, (await RunAsync("promote", "guarded-cli", version.Version, "--check")).Status);
        Assert.Equal(ExitCodes.Success, (await RunAsync("promote", "guarded-cli", version.Version, "--override", "--reason", "a trial")).Status);
    }

    [Fact]
    public async Task Errors_are_reported_with_their_exit_code()
    {
        var broken = Path.Combine(_folder, "broken.json");
        await File.WriteAllTextAsync(broken, "{ \"epochs\": }", Cancelled);
        var wrong = Path.Combine(_folder, "wrong.json");
        await File.WriteAllTextAsync(wrong, "{ \"epochs\": 0, \"colour\": 1 }", Cancelled);

        await AssertFaultAsync(ExitCodes.BadInput, "is not JSON", "train", broken);
        await AssertFaultAsync(ExitCodes.BadInput, "$.spec.colour", "train", wrong);
        await AssertFaultAsync(ExitCodes.BadInput, "nowhere.json", "train", Path.Combine(_folder, "nowhere.json"));
        await AssertFaultAsync(ExitCodes.BadInput, "no-such-model", "models", "no-such-model");
        await AssertFaultAsync(ExitCodes.BadInput, "does not name a version", "predict", "flowers", broken);
        await AssertFaultAsync(ExitCodes.BadInput, "metrics.val_accuracy >", "runs", "--filter", "metrics.val_accuracy >");
        await AssertFaultAsync(ExitCodes.BadInput, "Experiment 'no-such-experiment' not found", "runs", "--experiment", "no-such-experiment");
        await AssertFaultAsync(ExitCodes.BadInput, "nonsense", "nonsense");
        await AssertFaultAsync(ExitCodes.Unavailable, "Is the Registry running?", "runs", "--registry", "http://127.0.0.1:1");
        await AssertFaultAsync(ExitCodes.Unavailable, "Is the Explainer running?", "predict", "a/1", broken, "--explainer", "http://127.0.0.1:1");
    }

    [Fact]
    public async Task Garbage_is_only_listed_without_yes()
    {
        var report = await JsonAsync("gc");
        Assert.True(report.GetProperty("dry_run").GetBoolean());
        Assert.Contains("would be freed", (await RunAsync("gc")).Output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> SampleAsync(string run)
    {
        var samples = await services.Registry.Artifacts.ListAsync(run, "samples", Cancelled);
        return samples.First(file => file.Path.EndsWith(".png", StringComparison.Ordinal)).Path;
    }

    private async Task AssertFaultAsync(int status, string words, params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.Status == status && result.Error.Contains(words, StringComparison.Ordinal), $"{result.Status}: {result.Error}{result.Output}");
    }

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var (status, output, error) = await RunAsync([.. arguments, "--json"]);
        Assert.Equal((ExitCodes.Success, ""), (status, error));
        return JsonDocument.Parse(output).RootElement;
    }

    private async Task<(int Status, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] addresses = ["--registry", $"{services.RegistryAddress}", "--explainer", $"{services.Explainer.BaseAddress}"];
        // A test's own addresses come first.
        string[] missing = arguments.Contains("--registry") ? addresses[2..] : arguments.Contains("--explainer") ? addresses[..2] : addresses;
        var status = await LinnaeusCommand.RunAsync([.. arguments, .. missing], output, error, Cancelled);
        return (status, output.ToString(), error.ToString());
    }
}
