using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Linnaeus.Registry.Access;
using Linnaeus.Registry.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ClientException = Linnaeus.Registry.Client.RegistryException;

namespace Linnaeus.Registry.Tests.Access;

/// <summary>The life of access tokens, sent as MLflow's clients send them.</summary>
public abstract class TokenTests(RegistryFixture shared) : GuardedServer(shared)
{
    private const string Experiments = "/api/2.0/mlflow/experiments/search?max_results=1";

    [Fact]
    public async Task A_token_is_stored_as_its_hash_and_shown_once()
    {
        var made = await Admin.Tokens.CreateAsync(new CreateTokenRequest { Name = "laptop", Scope = "write", ExpiresInDays = 30 });

        Assert.Matches("^lin_[0-9a-f]{64}$", made.Token);
        Assert.Equal(("laptop", "write", "bootstrap"), (made.Name, made.Scope, made.CreatedBy));
        Assert.Equal(made.CreatedAt.AddDays(30), made.ExpiresAt);
        var listed = Assert.Single((await Admin.Tokens.ListAsync()).Tokens);
        Assert.Equal(made with { Token = null }, listed);
        await using var scope = Server.Services.CreateAsyncScope();
        var stored = await scope.ServiceProvider.GetRequiredService<RegistryDb>().Set<StoredToken>().SingleAsync();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(made.Token!))), stored.Hash);
        Assert.DoesNotContain(made.Token!, JsonSerializer.Serialize(stored), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_accepted_as_bearer_and_as_any_users_password()
    {
        var token = await NewTokenAsync("read");
        AuthenticationHeaderValue[] good = [new("Bearer", token), new("bearer", token), Basic("anyone", token), Basic("", token)];
        foreach (var shown in good)
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, Experiments, shown)).StatusCode);

        AuthenticationHeaderValue[] bad =
        [
            new("Bearer", token[..^1]), new("Bearer", token + "0"), new("Bearer", token.ToUpperInvariant()), new("Bearer"), new("Digest", token),
            Basic(token, ""), Basic(token, "x"), new("Basic", token), new("Basic", "!"),
        ];
        foreach (var shown in bad)
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, Experiments, shown)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, $"{Experiments}&access_token={token}", null)).StatusCode);
    }

    [Fact]
    public async Task A_revoked_token_is_rejected_and_its_name_is_free_again()
    {
        var made = await Admin.Tokens.CreateAsync(new CreateTokenRequest { Name = "ci", Scope = "write" });
        var client = ClientWith(made.Token!);
        await client.Jobs.ListAsync();
        var taken = await Assert.ThrowsAsync<ClientException>(() => Admin.Tokens.CreateAsync(new CreateTokenRequest { Name = "ci" }));
        Assert.Equal("RESOURCE_ALREADY_EXISTS", taken.ErrorCode);

        await Admin.Tokens.RevokeAsync(made.Id);
        await Admin.Tokens.RevokeAsync(made.Id);

        var refused = await Assert.ThrowsAsync<ClientException>(() => client.Jobs.ListAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.NotNull(Assert.Single((await Admin.Tokens.ListAsync()).Tokens).RevokedAt);
        await Admin.Tokens.CreateAsync(new CreateTokenRequest { Name = "ci" });
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<ClientException>(() => Admin.Tokens.RevokeAsync(4711))).Status);
    }

    [Fact]
    public async Task One_of_several_concurrent_clients_gets_a_name()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                return (await Admin.Tokens.CreateAsync(new CreateTokenRequest { Name = "one" })).Token;
            }
            catch (ClientException lost) when (lost.ErrorCode == "RESOURCE_ALREADY_EXISTS")
            {
                return null;
            }
        }));
        Assert.Single(outcomes, token => token is not null);
    }

    [Fact]
    public async Task A_token_expires_on_time()
    {
        var token = await NewTokenAsync("read", days: 1.0 / 86_400);
        await Eventually.TrueAsync(
            async () => (await SendAsync(HttpMethod.Get, Experiments, new("Bearer", token))).StatusCode == HttpStatusCode.Unauthorized,
            "the token expires");
    }

    [Fact]
    public async Task The_last_use_is_recorded()
    {
        var before = DateTimeOffset.UtcNow.AddMilliseconds(-1);
        var token = await NewTokenAsync("read", "used");
        Assert.Null(Assert.Single((await Admin.Tokens.ListAsync()).Tokens).LastUsedAt);
        await ClientWith(token).Jobs.ListAsync();
        await Eventually.TrueAsync(async () => Assert.Single((await Admin.Tokens.ListAsync()).Tokens).LastUsedAt >= before, "the last use is listed");
    }

    [Fact]
    public async Task Every_token_can_read_its_owner()
    {
        var token = await NewTokenAsync("read", "anna");
        var stranger = ClientWith(token);
        Assert.Equal(new TokenHolder("anna", "read"), await stranger.Tokens.FindAsync(token));
        Assert.Equal(new TokenHolder("bootstrap", "admin"), await stranger.Tokens.FindAsync(Bootstrap));
        Assert.Equal(new TokenHolder("gardener", "write"), await stranger.Tokens.FindAsync(ServiceToken));
        Assert.Null(await stranger.Tokens.FindAsync("lin_unknown"));
        Assert.Null(await stranger.Tokens.FindAsync("not\r\na: header"));
    }

    [Fact]
    public async Task Every_error_of_a_request_is_reported()
    {
        var refused = await Assert.ThrowsAsync<ClientException>(
            () => Admin.Tokens.CreateAsync(new CreateTokenRequest { Name = " ", Scope = "root", ExpiresInDays = -1 }));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(["$.expires_in_days", "$.name", "$.scope"], refused.Errors.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_log_of_an_alias_names_the_token_whatever_the_request_says()
    {
        var client = ClientWith(await NewTokenAsync("write", "anna"));
        var mlflow = new MlflowWire(HttpWith(await NewTokenAsync("write", "bert")));
        await mlflow.PostAsync("/registered-models/create", new { name = "m" });
        await mlflow.PostAsync("/model-versions/create", new { name = "m", source = "s3://elsewhere/model" });
        await mlflow.PostAsync("/registered-models/alias", new { name = "m", alias = "champion", version = "1" });
        await client.Aliases.SetAsync("m", "challenger", new SetAliasRequest("1", By: "mallory"));
        Assert.Equal("bert", (await client.Aliases.GetAsync("m", "champion")).LastMove!.By);
        Assert.Equal("anna", (await client.Aliases.GetAsync("m", "challenger")).LastMove!.By);
    }
}

public sealed class TokenTestsOnSqlite(RegistryFixture shared) : TokenTests(shared);

public sealed class TokenTestsOnPostgres(RegistryFixture shared, PostgresFixture postgres) : TokenTests(shared)
{
    protected override async Task<string[]> SettingsAsync() =>
        [.. await base.SettingsAsync(), $"--ConnectionStrings:registrydb={await postgres.CreateDatabaseAsync()}"];
}
