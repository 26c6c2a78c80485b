using System.Net;

namespace Linnaeus.Registry.Tests.Access;

/// <summary>Rejects too many requests of one caller, without affecting others.</summary>
public sealed class RateLimitTests(RegistryFixture shared) : GuardedServer(shared)
{
    private const string Path = "/api/2.0/mlflow/experiments/search?max_results=1";

    protected override async Task<string[]> SettingsAsync() => [.. await base.SettingsAsync(), "--Access:RequestsPerSecond=2"];

    [Fact]
    public async Task A_caller_over_the_rate_limit_is_rejected_and_others_are_served()
    {
        using var busy = HttpWith(ServiceToken);
        var refused = await FirstRefusalAsync(busy);
        await MlflowWire.FailedAsync(refused, "REQUEST_LIMIT_EXCEEDED", HttpStatusCode.TooManyRequests);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 10);

        using var other = HttpWith(Bootstrap);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync(Path)).StatusCode);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await FirstRefusalAsync(Server.Http)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Server.Http.GetAsync("/alive")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync(Path)).StatusCode);
    }

    private static async Task<HttpResponseMessage> FirstRefusalAsync(HttpClient http)
    {
        // Sent at once, so that a slow machine cannot spread them over the seconds that refill the bucket.
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => http.GetAsync(Path)));
        return answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
    }
}
