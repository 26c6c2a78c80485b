using System.CommandLine;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli.Commands;

/// <summary><c>linnaeus tokens</c>, <c>linnaeus tokens create ci --scope write --days 90</c>, <c>linnaeus tokens revoke 7</c></summary>
internal static class TokensCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new Command("tokens", "List, create and revoke access tokens.") { CreateToken(runner), Revoke(runner) };
        command.SetAction(runner.Run(async (_, platform, cancellationToken) =>
        {
            var tokens = await platform.Registry.Tokens.ListAsync(cancellationToken);
            platform.Answer.Write(tokens, () => platform.Answer.Table(
                ["ID", "Name", "Scope", "Created", "Expires", "Last used"],
                [.. tokens.Tokens.Select(t => new[] { $"{t.Id}", t.Name, t.Scope, Answer.Time(t.CreatedAt), End(t), Time(t.LastUsedAt) })],
                "No tokens."));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreateToken(CommandRunner runner)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the user or pipeline, shown in lists and in the audit log." };
        var scope = new Option<string>("--scope") { Description = "Access level.", DefaultValueFactory = _ => TokenScopes.Read };
        scope.AcceptOnlyFromAmong([.. TokenScopes.All]);
        var days = new Option<double?>("--days") { Description = "Days until it expires. Default: never." };
        var command = new Command("create", "Create a token. It is shown only once.") { name, scope, days };
        command.SetAction(runner.Run(async (parsed, platform, cancellationToken) =>
        {
            var request = new CreateTokenRequest
            {
                Name = parsed.GetValue(name),
                Scope = parsed.GetValue(scope)!,
                ExpiresInDays = parsed.GetValue(days),
            };
            var token = await platform.Registry.Tokens.CreateAsync(request, cancellationToken);
            platform.Answer.Write(token, () => platform.Answer.Say(token.Token!));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command Revoke(CommandRunner runner)
    {
        var id = new Argument<long>("ID") { Description = "ID shown by 'linnaeus tokens'." };
        var command = new Command("revoke", "Revoke a token.") { id };
        command.SetAction(runner.Run(async (parsed, platform, cancellationToken) =>
        {
            await platform.Registry.Tokens.RevokeAsync(parsed.GetValue(id), cancellationToken);
            platform.Answer.Say($"Token {parsed.GetValue(id)} revoked.");
            return ExitCodes.Success;
        }));
        return command;
    }

    private static string End(AccessToken token) => token.RevokedAt is { } revoked ? $"revoked {Answer.Time(revoked)}" : Time(token.ExpiresAt);

    private static string Time(DateTimeOffset? time) => time is { } value ? Answer.Time(value) : "-";
}
