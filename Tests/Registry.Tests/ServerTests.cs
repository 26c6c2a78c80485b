using System.Net;
using System.Text.Json;

namespace Linnaeus.Registry.Tests;

public sealed class ServerTests(RegistryFixture registry)
{
    [Fact]
    public async Task Health_and_version_are_reported()
    {
        // A separate server: other tests remove files of versions, which the shared one's health check reports.
        await using var server = await RegistryServer.StartAsync(registry.Azurite.ConnectionString);
        Assert.Equal("OK", await server.Http.GetStringAsync("/health"));
        Assert.Equal("OK", await server.Http.GetStringAsync("/alive"));
        Assert.Matches(@"^\d+\.\d+\.\d+$", await server.Http.GetStringAsync("/version"));
        var openApi = JsonElement.Parse(await server.Http.GetStringAsync("/openapi/v1.json"));
        var paths = openApi.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToList();
        Assert.Contains("/api/models/{name}/versions", paths);
        Assert.All(paths, path => Assert.StartsWith("/api/", path, StringComparison.Ordinal));
        Assert.All(paths, path => Assert.DoesNotContain("mlflow", path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_blob_store_uploads_answer_503_and_recover_by_themselves()
    {
        var azurite = await AzuriteServer.StartAsync(CancellationToken.None);
        await using var server = await RegistryServer.StartAsync(azurite.ConnectionString);
        var path = "/api/2.0/mlflow-artifacts/artifacts/0/x/artifacts/a.txt";
        (await server.Http.PutAsync(path, new ByteArrayContent("before"u8.ToArray()))).EnsureSuccessStatusCode();

        await azurite.DisposeAsync();
        using (var put = await server.Http.PutAsync(path, new ByteArrayContent("lost"u8.ToArray())))
        {
            await MlflowWire.FailedAsync(put, "TEMPORARILY_UNAVAILABLE", HttpStatusCode.ServiceUnavailable);
            Assert.True(put.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        }
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Http.GetAsync("/health")).StatusCode);
        Assert.Equal("OK", await server.Http.GetStringAsync("/alive"));
        Assert.NotNull(await new MlflowWire(server.Http).NewRunAsync());

        await using var back = await AzuriteServer.StartAsync(CancellationToken.None, azurite.Port);
        // The first attempt may find the store without its container, which is one more 503.
        var again = await server.Http.PutAsync(path, new ByteArrayContent("after"u8.ToArray()));
        if (again.StatusCode == HttpStatusCode.ServiceUnavailable) again = await server.Http.PutAsync(path,
            new ByteArrayContent("after"u8.ToArray()));
        again.EnsureSuccessStatusCode();
        Assert.Equal("after", await server.Http.GetStringAsync(path));
        Assert.Equal("OK", await server.Http.GetStringAsync("/health"));
    }

    [Fact]
    public async Task A_second_start_finds_all_data()
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-restart-").FullName;
        try
        {
            string run;
            await using (var first = await RegistryServer.StartAsync(registry.Azurite.ConnectionString, folder))
            {
                var mlflow = new MlflowWire(first.Http);
                run = await mlflow.NewRunAsync();
                await mlflow.PostAsync("/runs/log-metric", new { run_id = run, key = "m", value = 0.25, timestamp = 1 });
            }
            await using var second = await RegistryServer.StartAsync(registry.Azurite.ConnectionString, folder);
            Assert.Equal(0.25, (await new MlflowWire(second.Http).RunAsync(run)).GetProperty("data").List("metrics").Single()
                .GetProperty("value").GetDouble());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_address_without_a_key_must_be_https()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            RegistryServer.StartAsync("http://account.blob.core.windows.net"));
        Assert.Contains("require https", fault.Message, StringComparison.Ordinal);
    }
}
