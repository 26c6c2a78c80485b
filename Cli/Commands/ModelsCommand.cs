using System.CommandLine;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli.Commands;

/// <summary><c>linnaeus models</c>, <c>linnaeus models flowers</c></summary>
internal static class ModelsCommand
{
    public static Command Create(CommandRunner runner)
    {
        var name = new Argument<string?>("MODEL") { Description = "Registered model name. Default: list all models.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("models", "List registered models, or the versions of one model.") { name };
        command.SetAction(runner.Run(async (parsed, platform, cancellationToken) =>
        {
            if (parsed.GetValue(name) is { } one)
            {
                var model = await platform.Registry.Models.GetAsync(one, cancellationToken);
                platform.Answer.Write(model, () => ShowVersions(platform.Answer, model));
                return ExitCodes.Success;
            }

            var models = await platform.Registry.Models.ListAsync(cancellationToken);
            platform.Answer.Write(models, () => platform.Answer.Table(
                ["Model", "Versions", "Latest", "Aliases"],
                [.. models.Select(m => new[] { m.Name, $"{m.Versions.Count}", Newest(m), Aliases(m) })],
                "No registered models. Successful runs register a model version: linnaeus train spec.json"));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static string Newest(RegisteredModelInfo model) =>
        model.Versions.Count == 0 ? "-" : $"{model.Versions[0].Version} ({Answer.Time(model.Versions[0].CreatedAt)})";

    private static string Aliases(RegisteredModelInfo model) =>
        string.Join(", ", model.Versions.SelectMany(v => v.Aliases.Select(alias => $"{alias} -> {v.Version}")).Order(StringComparer.Ordinal));

    private static void ShowVersions(Answer answer, RegisteredModelInfo model) => answer.Table(
        ["Version", "Status", "Aliases", "Created", "Size", "Run"],
        [.. model.Versions.Select(v => new[]
        {
            v.Version, v.StatusMessage is null ? Answer.Status(v.Status) : $"{Answer.Status(v.Status)}: {v.StatusMessage}", string.Join(", ", v.Aliases), Answer.Time(v.CreatedAt),
            Answer.Size(v.Files.Sum(f => f.Size)), v.RunId,
        })],
        "No versions.");
}
