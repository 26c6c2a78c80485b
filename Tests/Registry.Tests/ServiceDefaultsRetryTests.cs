using System.Net;
using System.Net.Http.Json;
using Linnaeus.Registry.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.Registry.Tests;

public sealed class ServiceDefaultsRetryTests
{
    [Fact]
    public async Task A_503_is_retried()
    {
        var calls = 0;
        await using var server = await KestrelStub.StartAsync(context => Answer(context, ++calls < 3 ? 503 : 200));
        await using var app = ServiceHost.Create();
        using var http = app.CreateHttp();

        var response = await http.GetAsync(server.Address);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task A_POST_that_was_received_is_not_sent_twice()
    {
        var calls = 0;
        await using var server = await KestrelStub.StartAsync(context => Answer(context, ++calls < 2 ? 503 : 200));
        await using var app = ServiceHost.Create();
        using var http = app.CreateHttp();

        var response = await http.PostAsJsonAsync(server.Address, new { a = 1 });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, calls);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(501)]
    public async Task An_answer_about_the_request_is_final(int status)
    {
        var calls = 0;
        await using var server = await KestrelStub.StartAsync(context =>
        {
            calls++;
            return Answer(context, status);
        });
        await using var app = ServiceHost.Create();
        using var http = app.CreateHttp();

        Assert.Equal(status, (int)(await http.GetAsync(server.Address)).StatusCode);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task An_upload_is_retried_from_its_start()
    {
        var bodies = new List<byte[]>();
        await using var server = await KestrelStub.StartAsync(async context =>
        {
            if (context.Request.Path.StartsWithSegments("/api/2.0/mlflow/runs/get"))
            {
                await context.Response.WriteAsync("""{"run":{"info":{"run_id":"r","experiment_id":"7","status":"RUNNING","artifact_uri":"mlflow-artifacts:/7/r/artifacts"}}}""");
                return;
            }

            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            bodies.Add(body.ToArray());
            await Answer(context, bodies.Count < 2 ? 503 : 200);
        });
        await using var app = ServiceHost.Create($"--services:registry:http:0={server.Address}");
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);

        await app.Services.GetRequiredService<RegistryClient>().Artifacts.UploadBytesAsync("r", "big.bin", content);

        Assert.Equal(2, bodies.Count);
        Assert.All(bodies, body => Assert.Equal(content, body));
    }

    [Fact]
    public async Task A_computation_of_the_Explainer_has_a_longer_timeout_than_other_requests()
    {
        var given = 0;
        await using var server = await KestrelStub.StartAsync(async context =>
        {
            var waited = context.Request.Path.StartsWithSegments("/api/predictions") ? 1000 : Timeout.Infinite;
            try
            {
                await Task.Delay(waited, context.RequestAborted);
                await context.Response.WriteAsync("""{"model":"m","version":"1","model_uri":"models:/m/1","model_checksum":"c","predictions":[]}""");
            }
            catch (OperationCanceledException)
            {
                given++;
            }
        });
        await using var app = ServiceHost.Create(
            $"--services:registry:http:0={server.Address}", $"--services:explainer:http:0={server.Address}", "--HttpResilience:Retries=0",
            "--HttpResilience:AttemptTimeout=00:00:00.3");

        await Assert.ThrowsAsync<RegistryException>(() => app.Services.GetRequiredService<RegistryClient>().Models.ListAsync());
        await Eventually.TrueAsync(() => Task.FromResult(given == 1), "the first request timed out");
        var answer = await app.Services.GetRequiredService<ExplainerClient>().PredictAsync(new PredictionRequest { Model = "models:/m/1" });

        Assert.Equal("m", answer.Model);
        Assert.Equal(1, given);
    }

    [Fact]
    public async Task A_server_that_is_down_is_named_in_the_error()
    {
        var port = AzuriteServer.FreePort();
        await using var app = ServiceHost.Create($"--services:registry:http:0=http://127.0.0.1:{port}", "--HttpResilience:Retries=1");

        var error = await Assert.ThrowsAsync<RegistryException>(
            () => app.Services.GetRequiredService<RegistryClient>().Jobs.GetAsync("x"));

        Assert.Equal(RegistryException.Unreachable, error.ErrorCode);
        Assert.True(error.IsTransient);
        Assert.Contains("127.0.0.1:" + port, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_fails_every_call_gets_no_requests_during_a_pause()
    {
        var calls = 0;
        await using var server = await KestrelStub.StartAsync(context =>
        {
            Interlocked.Increment(ref calls);
            return Answer(context, 503);
        });
        await using var app = ServiceHost.Create("--HttpResilience:Retries=0", "--HttpResilience:BreakDuration=00:10:00");
        using var http = app.CreateHttp();
        for (var i = 0; i < 20; i++)
            await http.GetAsync(server.Address);

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(server.Address));

        Assert.Contains("is unavailable", error.Message, StringComparison.Ordinal);
        Assert.Equal(20, calls);
    }

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
