using System.Net.Http.Headers;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;

namespace Linnaeus.StandIns.Tests;

/// <summary>A dashboard on free ports over a real, initially empty app model.</summary>
internal sealed class DashboardUnderTest : IAsyncDisposable
{
    public const string Token = "a-token-for-tests";
    public const string ApiKey = "a-key-for-tests";

    private DashboardUnderTest(DashboardHost host, ResourceNotificationService notifications, ResourceLoggerService logs) =>
        (Host, Notifications, Logs) = (host, notifications, logs);

    public DashboardHost Host { get; }

    public ResourceNotificationService Notifications { get; }

    public ResourceLoggerService Logs { get; }

    /// <summary>Commands that reached the app model, as <c>id command</c>.</summary>
    public List<string> Commands { get; } = [];

    public static async Task<DashboardUnderTest> StartAsync(string? token = Token, string? apiKey = ApiKey, int port = 0)
    {
        var notifications = new ResourceNotificationService();
        var logs = new ResourceLoggerService();
        DashboardUnderTest? made = null;
        var commands = new ResourceCommandService(notifications, (id, command, _) =>
        {
            lock (made!.Commands)
                made.Commands.Add($"{id} {command}");
            return Task.FromResult(id == "stubborn" ? CommandResults.Failure("It would not.") : CommandResults.Success());
        });
        var any = new Uri($"http://127.0.0.1:0");
        var host = await DashboardHost.StartAsync(
            new()
            {
                FrontendUrls = [new Uri($"http://127.0.0.1:{port}")],
                OtlpGrpcUrl = any,
                OtlpHttpUrl = any,
                BrowserToken = token,
                OtlpApiKey = apiKey,
                ApplicationName = "Flowers",
            },
            new(notifications, logs, commands),
            CancellationToken.None);
        return made = new(host, notifications, logs);
    }

    /// <summary>A client of the pages; with the login cookie unless <paramref name="loggedIn"/> is false. It does not follow redirects.</summary>
    public async Task<HttpClient> ClientAsync(bool loggedIn = true)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Host.FrontendUrl };
        if (loggedIn)
            (await client.GetAsync($"/login?t={Token}")).Dispose();
        return client;
    }

    public async Task<HttpResponseMessage> SendAsync(string signal, byte[] message, string? key = ApiKey, string? encoding = null)
    {
        using var client = new HttpClient { BaseAddress = Host.OtlpHttpUrl };
        using var content = new ByteArrayContent(message) { Headers = { ContentType = new("application/x-protobuf") } };
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/{signal}") { Content = content };
        if (key is not null)
            request.Headers.Add("x-otlp-api-key", key);
        return await client.SendAsync(request);
    }

    public async Task AcceptedAsync(string signal, byte[] message)
    {
        using var response = await SendAsync(signal, message);
        Assert.True(response.IsSuccessStatusCode, $"{signal}: {(int)response.StatusCode}");
    }

    /// <summary>GET as JSON, repeated until <paramref name="until"/> holds: exporters and followers work in their own time.</summary>
    public static async Task<JsonElement> GetAsync(HttpClient client, string path, Func<JsonElement, bool>? until = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            using var response = await client.GetAsync(path, limit.Token);
            var text = await response.Content.ReadAsStringAsync(limit.Token);
            Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
            var json = JsonDocument.Parse(text).RootElement;
            if (until is null || until(json))
                return json;
            await Task.Delay(50, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Notifications.Dispose();
    }
}
