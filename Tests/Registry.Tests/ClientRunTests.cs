using System.Net;
using Linnaeus.Registry.Client;
using Microsoft.AspNetCore.Http;

namespace Linnaeus.Registry.Tests;

/// <summary>Runs through the client, and how the client reads errors.</summary>
public sealed class ClientRunTests(RegistryFixture registry)
{
    private readonly RegistryClient _client = new(registry.Http);

    [Fact]
    public async Task A_run_keeps_values_logged_beyond_the_limits_of_one_request()
    {
        var experiment = await _client.Experiments.GetOrCreateAsync("client runs");
        Assert.Equal(experiment.ExperimentId, (await _client.Experiments.GetOrCreateAsync("client runs")).ExperimentId);
        var run = await _client.Runs.CreateAsync(experiment.ExperimentId, "logged", new Dictionary<string, string> { ["made by"] = "a test" });
        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        var metrics = Enumerable.Range(1, 2500).Select(i => new Metric("loss", 1.0 / i, time, i)).Append(new Metric("odd", double.NaN, time)).ToList();
        var parameters = Enumerable.Range(0, 150).ToDictionary(i => $"p{i}", i => $"{i}");
        var tags = Enumerable.Range(0, 120).ToDictionary(i => $"t{i}", i => $"{i}");

        await _client.Runs.LogBatchAsync(run.RunId, metrics, parameters, tags);
        await _client.Runs.LogBatchAsync(run.RunId, metrics, parameters, tags);
        await _client.Runs.SetTagAsync(run.RunId, "done", "yes");
        await _client.Runs.UpdateAsync(run.RunId, RunStatus.Finished, time.AddSeconds(5));

        var read = await _client.Runs.GetAsync(run.RunId);
        Assert.Equal(new Metric("loss", 1.0 / 2500, time, 2500) { Min = 1.0 / 2500, Max = 1 }, read.Metrics["loss"]);
        Assert.True(double.IsNaN(read.Metrics["odd"].Value));
        Assert.Equal(150, read.Params.Count);
        Assert.Equal("119", read.Tags["t119"]);
        Assert.Equal(("yes", "a test", "logged"), (read.Tags["done"], read.Tags["made by"], read.Name));
        Assert.Equal((RunStatus.Finished, time.AddSeconds(5)), (read.Status, read.EndTime));
    }

    [Fact]
    public async Task MLflows_errors_keep_their_code_and_message()
    {
        var error = await Assert.ThrowsAsync<RegistryException>(() => _client.Runs.GetAsync("0123456789abcdef0123456789abcdef"));
        Assert.Equal((HttpStatusCode.NotFound, "RESOURCE_DOES_NOT_EXIST"), (error.Status, error.ErrorCode));
        Assert.Contains("0123456789abcdef0123456789abcdef", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Problem_details_keep_their_errors()
    {
        var error = await Assert.ThrowsAsync<RegistryException>(() => _client.Jobs.SubmitAsync(new TrainingSpec { Epochs = 0 }));
        Assert.Equal(HttpStatusCode.BadRequest, error.Status);
        Assert.Contains("$.spec.epochs", error.Errors.Keys);
        Assert.Contains("from 1 to 10000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_of_another_server_is_quoted()
    {
        await using var server = await KestrelStub.StartAsync(context =>
        {
            context.Response.StatusCode = 502;
            return context.Response.WriteAsync("<html>bad gateway</html>");
        });
        using var http = new HttpClient { BaseAddress = server.Address };
        var error = await Assert.ThrowsAsync<RegistryException>(() => new RegistryClient(http).Jobs.GetAsync("x"));
        Assert.Equal("BAD_GATEWAY", error.ErrorCode);
        Assert.Contains("<html>bad gateway</html>", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
    }
}
