using System.Net;
using System.Net.Http.Headers;
using Linnaeus.Registry.Client;

namespace Linnaeus.Platform.Tests;

/// <summary>The platform started with <c>--access required</c>.</summary>
public sealed class RequiredTokensTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Services_work_with_their_own_tokens_and_callers_without_one_are_rejected()
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-required-").FullName;
        await using (var platform = await RunningPlatform.StartAsync(folder, Cancellation, "--access", "required"))
        {
            Uri[] doors = [new(platform.Explainer, "/api/datasets/summary?dataset=synthetic-flowers"), new(platform.Registry, "/api/2.0/mlflow/experiments/search?max_results=1"), new(platform.Explainer, "/api/explanations?model=m/1")];
            foreach (var address in doors)
                Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(address, null));

            var file = Path.Combine(folder, "admin-token");
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode);
            var token = (await File.ReadAllTextAsync(file, Cancellation)).Trim();
            var registry = new RegistryClient(new HttpClient
            {
                BaseAddress = platform.Registry,
                DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
            });

            // The Portal requires a session, whose key is stored like the token.
            using (var stranger = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }))
            using (var turned = await stranger.GetAsync(new Uri(await platform.PortalAsync(Cancellation), "/models"), Cancellation))
                Assert.Equal((HttpStatusCode.Redirect, "/signin?return=%2Fmodels"), (turned.StatusCode, turned.Headers.Location!.PathAndQuery));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(Path.Combine(folder, "session-secret")).UnixFileMode);

            // The Trainer leases and reports, the Explainer explains and answers requests.
            var job = await registry.Jobs.SubmitAsync(TrainingJobs.Small("required") with { ExplainImages = 1, Epochs = 1 }, Cancellation);
            job = await registry.WaitAsync(job.Id, Patience, Cancellation);
            Assert.True(job.Status == JobStatus.Succeeded, job.Error);
            var explain = (await registry.Jobs.ListAsync(cancellationToken: Cancellation)).Single(j => j.Kind == "explain");
            explain = await registry.WaitAsync(explain.Id, Patience, Cancellation);
            Assert.True(explain.Status == JobStatus.Succeeded, explain.Error);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(new Uri(platform.Explainer, "/api/explanations?model=models:/required/1"), token));

            // Commands of the dashboard have administrator access.
            var made = await platform.ExecuteAsync("registry", "create-token", Cancellation, ("name", "made"), ("scope", "read"), ("days", "1"));
            Assert.True(made.Success, made.Message);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(doors[1], made.Data!.Value));
            await platform.StopAsync(Cancellation);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<HttpStatusCode> StatusAsync(Uri address, string? token)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, Cancellation);
        return response.StatusCode;
    }
}
