using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Linnaeus.Registry.Client;

namespace Linnaeus.Registry.Tests;

/// <summary>Aliases: conditions, audit log, policies.</summary>
public class PromotionTests(RegistryFixture registry)
{
    private const int Images = 40;

    private readonly MlflowWire _mlflow = new(registry.Http);
    private readonly RegistryClient _client = new(registry.Http);

    private AliasesClient Aliases => _client.Aliases;

    private static string NewName() => $"promoted-{Guid.NewGuid():N}";

    private async Task<string> NewModelAsync(int versions)
    {
        var name = NewName();
        await _mlflow.PostAsync("/registered-models/create", new { name });
        for (var i = 0; i < versions; i++) await _mlflow.PostAsync("/model-versions/create", new { name, source = "s3://elsewhere/model" });
        return name;
    }

    [Fact]
    public async Task Exactly_one_of_sixteen_concurrent_clients_gets_an_alias()
    {
        var name = await NewModelAsync(17);
        for (var round = 0; round < 2; round++)
        {
            var expected = round == 0 ? AliasesClient.Absent : (await Aliases.SetAsync(name, "Champion", new SetAliasRequest("17"))).Etag;
            var outcomes = await Task.WhenAll(Enumerable.Range(1, 16).Select(async version =>
            {
                try
                {
                    return (await Aliases.SetAsync(name, "Champion", new SetAliasRequest($"{version}", By: $"client {version}"), expected)).Version;
                }
                catch (RegistryException lost) when (lost.Status == HttpStatusCode.PreconditionFailed)
                {
                    return null;
                }
            }));
            var winner = Assert.Single(outcomes, o => o is not null);
            var now = await Aliases.GetAsync(name, "champion");
            Assert.Equal((winner, "Champion", $"client {winner}"), (now.Version, now.Alias, now.LastMove!.By));
            Assert.Equal((round == 0 ? null : "17", winner), ((await Aliases.HistoryAsync(name, "champion"))[0].From, now.LastMove.To));
            Assert.Equal((round * 2) + 1, (await Aliases.HistoryAsync(name, "champion")).Count);
        }
    }

    [Fact]
    public async Task Unconditional_assignments_all_succeed_and_the_log_is_a_chain()
    {
        var name = await NewModelAsync(8);
        await Task.WhenAll(Enumerable.Range(1, 8).Select(v => Aliases.SetAsync(name, "a", new SetAliasRequest($"{v}"))));
        var log = (await Aliases.HistoryAsync(name, "a")).Reverse().ToList();
        Assert.Equal(8, log.Count);
        for (var i = 0; i < 8; i++) Assert.Equal(i == 0 ? null : log[i - 1].To, log[i].From);
        Assert.Equal(log[^1].To, (await Aliases.GetAsync(name, "a")).Version);
    }

    [Fact]
    public async Task Every_alias_change_is_logged_including_those_by_MLflow_and_by_deletion()
    {
        var name = await NewModelAsync(2);
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/2.0/mlflow/registered-models/alias")
        {
            Content = JsonContent.Create(new { name, alias = "champion", version = "1" }),
            Headers = { { "Authorization", "Basic " + Convert.ToBase64String("ada:secret"u8) } },
        };
        (await registry.Http.SendAsync(request)).EnsureSuccessStatusCode();
        var first = await Aliases.GetAsync(name, "champion");
        await Aliases.SetAsync(name, "champion", new SetAliasRequest("2", "better on tulips", "grace"), first.Etag);
        await Aliases.SetAsync(name, "champion", new SetAliasRequest("2", "again", "grace"));
        var stale = await Assert.ThrowsAsync<RegistryException>(() => Aliases.DeleteAsync(name, "champion", expected: first.Etag));
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.Status);
        Assert.Contains("points at version 2", stale.Message, StringComparison.Ordinal);
        await _client.ModelVersions.DeleteAsync(name, "2");
        await Aliases.SetAsync(name, "champion", new SetAliasRequest("1", By: "grace"));
        await Aliases.DeleteAsync(name, "champion", "retired", "ada");
        await Aliases.DeleteAsync(name, "champion");

        var log = await Aliases.HistoryAsync(name, "champion");
        Assert.Equal([("1", null, "retired", "ada"), (null, "1", null, "grace"), ("2", null, "version 2 was deleted", log[2].By),
            ("1", "2", "better on tulips", "grace"), (null, "1", null, "ada")], log.Select(m => (m.From, m.To, m.Reason, m.By)));
        Assert.DoesNotContain("secret", JsonSerializer.Serialize(log), StringComparison.Ordinal);
        Func<Task>[] unknown = [() => Aliases.GetAsync(name, "champion"), () => Aliases.SetAsync(name, "champion", new SetAliasRequest("9"))];
        foreach (var call in unknown)
            Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<RegistryException>(call)).Status);
    }

    [Fact]
    public async Task The_ETag_is_a_condition_for_every_way_to_assign_an_alias()
    {
        var name = await NewModelAsync(3);
        var address = $"/api/models/{name}/aliases/champion";
        using var created = await SendAsync(HttpMethod.Put, address, new { version = 1 }, ("If-None-Match", "*"));
        Assert.Equal(HttpStatusCode.OK, created.StatusCode);
        using var read = await registry.Http.GetAsync(address);
        var etag = read.Headers.ETag!.ToString();
        Assert.Equal(etag, created.Headers.ETag!.ToString());
        using var moved = await SendAsync(HttpMethod.Put, address, new { version = "2" }, ("If-Match", etag));
        Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        // Assigning and reassigning back gives another state.
        using var back = await SendAsync(HttpMethod.Put, address, new { version = "1" }, ("If-Match", "*"));
        Assert.NotEqual(etag, back.Headers.ETag!.ToString());

        var mlflow = "/api/2.0/mlflow/registered-models/alias";
        using var refused = await SendAsync(HttpMethod.Put, address, new { version = "3" }, ("If-Match", etag));
        Assert.Equal("PRECONDITION_FAILED", (await refused.Content.ReadFromJsonAsync<JsonElement>()).Text("code"));
        using var taken = await SendAsync(HttpMethod.Put, address, new { version = "3" }, ("If-None-Match", "*"));
        using var removed = await SendAsync(HttpMethod.Delete, address, null, ("If-Match", etag));
        using var byMlflow = await SendAsync(HttpMethod.Post, mlflow, new { name, alias = "champion", version = "3" }, ("If-Match", etag));
        Assert.All([refused, taken, removed, byMlflow], answer => Assert.Equal(HttpStatusCode.PreconditionFailed, answer.StatusCode));
        etag = back.Headers.ETag!.ToString();
        using var last = await SendAsync(HttpMethod.Post, mlflow, new { name, alias = "champion", version = "3" }, ("If-Match", etag));
        Assert.Equal((HttpStatusCode.OK, "3"), (last.StatusCode, (await Aliases.GetAsync(name, "champion")).Version));
    }

    [Theory]
    [InlineData("aliases", """{"version": "x"}""", "version")]
    [InlineData("aliases", """{"version": "1", "by": "a\u0000"}""", "by must not contain a NUL")]
    [InlineData("aliases", """{"version": "1", "forced": true}""", "forced")]
    [InlineData("policies", """{"max_ece": 0.1}""", "max_ece")]
    [InlineData("policies", """{"maximum_ece": 1.5, "not_below_holder": 0}""", "$.not_below_holder")]
    [InlineData("policies", """{"minimum_metrics": {"": 1}}""", "$.minimum_metrics")]
    public async Task Bad_requests_name_their_error(string resource, string body, string message)
    {
        var name = await NewModelAsync(1);
        using var answer = await registry.Http.PutAsync($"/api/models/{name}/{resource}/champion", new StringContent(body, null, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(message, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_significantly_worse_version_is_rejected_and_can_be_overridden_with_a_reason()
    {
        var name = NewName();
        await EvaluatedVersion.RegisterAsync(registry.Http, name, EvaluatedVersion.Predictions(Images, i => i < 2));
        await EvaluatedVersion.RegisterAsync(registry.Http, name, EvaluatedVersion.Predictions(Images, i => i is >= 2 and < 14));
        await EvaluatedVersion.RegisterAsync(registry.Http, name, EvaluatedVersion.Predictions(Images, i => i is 2 or 3 or 4));
        var policy = new AliasPolicy { NotBelowHolder = 0.05, SameTestFingerprint = true, VerifiedChecksum = true };
        await Aliases.SetPolicyAsync(name, "champion", policy);
        await Aliases.SetAsync(name, "champion", new SetAliasRequest("1"));

        // 12 lost, 2 gained: p = 2 (1 + 14 + 91) / 2^14.
        var refused = await Assert.ThrowsAsync<RegistryException>(() => Aliases.SetAsync(name, "champion", new SetAliasRequest("2")));
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("28 of 40 test images correct, the current version v1: 38 (12 regressed, 2 fixed; McNemar's exact p = 0.01294)",
            refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("verified_checksum", refused.Message, StringComparison.Ordinal);
        var message = await _mlflow.FailsAsync("/registered-models/alias", new { name, alias = "Champion", version = "2" },
            "RESOURCE_CONFLICT", HttpStatusCode.Conflict);
        Assert.Contains("not_below_holder", message, StringComparison.Ordinal);

        // Removing the alias first does not bypass the policy.
        await Aliases.DeleteAsync(name, "champion");
        await Assert.ThrowsAsync<RegistryException>(() => Aliases.SetAsync(name, "champion", new SetAliasRequest("2")));
        // One image fewer is not significant.
        var report = await Aliases.CheckAsync(name, "champion", "3");
        Assert.True(report.Passed, string.Join(' ', report.Rules.Select(r => r.Message)));
        Assert.Equal(["same_test_fingerprint", "not_below_holder", "verified_checksum"], report.Rules.Select(r => r.Rule));

        var unexplained = await Assert.ThrowsAsync<RegistryException>(
            () => Aliases.SetAsync(name, "champion", new SetAliasRequest("2", Override: true)));
        Assert.Equal(HttpStatusCode.BadRequest, unexplained.Status);
        await Aliases.SetAsync(name, "champion", new SetAliasRequest("2", "smaller", "ada", Override: true));
        var move = (await Aliases.HistoryAsync(name, "champion"))[0];
        Assert.Equal(("2", "smaller", "not_below_holder"), (move.To, move.Reason, Assert.Single(move.Overridden!).Rule));
    }

    [Fact]
    public async Task Policy_failures_report_the_rules_and_values()
    {
        var name = NewName();
        await EvaluatedVersion.RegisterAsync(registry.Http, name, EvaluatedVersion.Predictions(Images, _ => false), "data", ("test_ece", 0.01));
        var worse = EvaluatedVersion.Predictions(Images, i => i < 10);
        await EvaluatedVersion.RegisterAsync(registry.Http, name, worse, "other data", ("test_ece", 0.08));
        await Aliases.SetPolicyAsync(name, "champion", new AliasPolicy
        {
            MinimumMetrics = new Dictionary<string, double> { ["test_accuracy"] = 0.8, ["top5"] = 0.9 },
            MaximumEce = 0.05,
            NotBelowHolder = 0.05,
            SameTestFingerprint = true,
        });
        await Aliases.SetAsync(name, "champion", new SetAliasRequest("1", "first", Override: true));
        var rules = (await Aliases.CheckAsync(name, "champion", "2")).Rules.ToDictionary(r => r.Rule);
        Assert.Equal("0.75 < 0.8", rules["minimum_metrics.test_accuracy"].Message);
        Assert.Contains("has no metric top5", rules["minimum_metrics.top5"].Message, StringComparison.Ordinal);
        Assert.Equal("0.08 > 0.05", rules["maximum_ece"].Message);
        Assert.Equal("the test set is other data, that of the current version v1 is data", rules["same_test_fingerprint"].Message);
        Assert.Contains("tested on different data", rules["not_below_holder"].Message, StringComparison.Ordinal);
        Assert.All(rules.Values, r => Assert.False(r.Passed));

        await Aliases.DeletePolicyAsync(name, "champion");
        Assert.Empty(await Aliases.PoliciesAsync(name));
        Assert.Equal("2", (await Aliases.SetAsync(name, "champion", new SetAliasRequest("2"))).Version);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, object? body, (string Name, string Value) condition)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add(condition.Name, condition.Value);
        return await registry.Http.SendAsync(request);
    }
}
