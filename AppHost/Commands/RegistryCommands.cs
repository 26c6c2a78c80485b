using System.Globalization;
using System.Text;
using Linnaeus.Registry.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.AppHost.Commands;

/// <summary>The Registry's commands in the dashboard.</summary>
internal static class RegistryCommands
{
    public static IResourceBuilder<ProjectResource> WithRegistryCommands(this IResourceBuilder<ProjectResource> registry) => registry
        .WithAction("start-run", "Start a run", "Play", "Queues a run from a preset.", StartRunAsync,
            new InteractionInput
            {
                Name = "preset",
                Label = "Preset",
                InputType = InputType.Choice,
                Required = true,
                Value = TrainingPresets.Names.First(),
                Options = CommandForm.Options(TrainingPresets.Names),
            },
            new InteractionInput { Name = "dataset", Label = "Dataset", InputType = InputType.Text, Placeholder = "preset default; or flowers102, synthetic-flowers, folder:PATH" },
            new InteractionInput
            {
                Name = "model",
                Label = "Model",
                InputType = InputType.Choice,
                AllowCustomChoice = true,
                Placeholder = "preset default",
                DynamicLoading = CommandForm.Choices(async (client, token) => (await client.Models.ListAsync(token)).Select(model => model.Name)),
            })
        .WithAction("pause-queue", "Pause the queue", "Pause", "Workers lease no new jobs; running jobs continue.", PauseAsync)
        .WithAction("resume-queue", "Resume the queue", "PlayCircle", "Workers lease jobs again.", ResumeAsync)
        .WithAction("verify-checkpoints", "Verify checkpoints", "ShieldCheckmark", "Reads every file of every version and compares it with its checksum.", VerifyAsync)
        .WithAction("collect-garbage", "Collect garbage", "Delete", "Purges deleted and orphaned data after a preview.", CollectAsync,
            new InteractionInput { Name = "days", Label = "Deleted at least N days ago", InputType = InputType.Number, Required = true, Value = "30" },
            new InteractionInput { Name = "confirmed", Label = "Skip confirmation", InputType = InputType.Boolean, Value = "false" })
        .WithAction("create-token", "Create a token", "Key", "Creates an access token. Its secret is shown once.", CreateTokenAsync,
            new InteractionInput { Name = "name", Label = "Token name", InputType = InputType.Text, Required = true, MaxLength = 100 },
            new InteractionInput
            {
                Name = "scope",
                Label = "Scope",
                InputType = InputType.Choice,
                Required = true,
                Value = TokenScopes.Read,
                Options = CommandForm.Options(TokenScopes.All),
            },
            new InteractionInput { Name = "days", Label = "Expires after (days)", InputType = InputType.Number, Required = true, Value = "90" });

    private static async Task<ExecuteCommandResult> StartRunAsync(ExecuteCommandContext context, PlatformAddresses platform)
    {
        var arguments = context.Arguments;
        var request = TrainingPresets.Read(arguments.GetString("preset")!, arguments.GetString("dataset"), arguments.GetString("model"));
        var job = await platform.CreateRegistryClient().Jobs.SubmitAsync(request, context.CancellationToken);
        return CommandForm.Show("Run queued.", $"{platform.Link("Open the job in the Portal", $"/jobs/{job.Id}")}");
    }

    private static async Task<ExecuteCommandResult> PauseAsync(ExecuteCommandContext context, PlatformAddresses platform)
    {
        var queue = await platform.CreateRegistryClient().Jobs.PauseQueueAsync(context.CancellationToken);
        return CommandResults.Success($"Queue paused: {queue.Queued} queued, {queue.Leased} running.");
    }

    private static async Task<ExecuteCommandResult> ResumeAsync(ExecuteCommandContext context, PlatformAddresses platform)
    {
        var queue = await platform.CreateRegistryClient().Jobs.ResumeQueueAsync(context.CancellationToken);
        return CommandResults.Success($"Queue resumed: {queue.Queued} queued.");
    }

    private static async Task<ExecuteCommandResult> VerifyAsync(ExecuteCommandContext context, PlatformAddresses platform)
    {
        var registry = platform.CreateRegistryClient();
        var faults = new List<string>();
        var verified = 0;
        foreach (var model in await registry.Models.ListAsync(context.CancellationToken))
        {
            foreach (var version in model.Versions)
            {
                var found = await registry.ModelVersions.VerifyAsync(ModelUri.Parse($"models:/{model.Name}/{version.Version}"), context.CancellationToken);
                if (found.Verified)
                    verified++;
                else
                    faults.Add($"{model.Name}/{version.Version}: {found.Message}");
            }
        }
        return faults.Count == 0
            ? CommandResults.Success($"Checksums verified: {verified} versions.")
            : CommandResults.Failure($"{faults.Count} of {verified + faults.Count} versions have a checksum mismatch.\n{string.Join('\n', faults)}");
    }

    private static async Task<ExecuteCommandResult> CollectAsync(ExecuteCommandContext context, PlatformAddresses platform)
    {
        var garbage = platform.CreateRegistryClient().Garbage;
        var request = new GarbageRequest { OlderThanDays = context.Arguments.GetDouble("days") };
        var preview = Describe(await garbage.CollectAsync(request, context.CancellationToken));
        if (!context.Arguments.GetBoolean("confirmed"))
        {
            var person = context.Services.GetRequiredService<IInteractionService>();
            if (!person.IsAvailable)
                return CommandForm.Show("Dry run. Nothing was removed; this would be:", preview);
            var answer = await person.PromptConfirmationAsync("Remove this data permanently?", preview,
                new MessageBoxInteractionOptions { PrimaryButtonText = "Remove", Intent = MessageIntent.Warning, EnableMessageMarkdown = true }, context.CancellationToken);
            if (answer.Canceled || !answer.Data)
                return CommandResults.Canceled();
        }
        return CommandForm.Show("Garbage collected.", Describe(await garbage.CollectAsync(request with { DryRun = false }, context.CancellationToken)));
    }

    private static async Task<ExecuteCommandResult> CreateTokenAsync(ExecuteCommandContext context, PlatformAddresses platform)
    {
        var arguments = context.Arguments;
        var token = await platform.CreateRegistryClient().Tokens.CreateAsync(
            new CreateTokenRequest { Name = arguments.GetString("name"), Scope = arguments.GetString("scope")!, ExpiresInDays = arguments.GetDouble("days") }, context.CancellationToken);
        return CommandResults.Success("Token created. It is shown only once.", token.Token!, CommandResultFormat.Text, displayImmediately: true);
    }

    private static string Describe(GarbageReport report)
    {
        var text = new StringBuilder();
        void Count(int count, string what) => text.Append(CultureInfo.InvariantCulture, $"- {count} {what}\n");
        Count(report.Versions.Count, "versions");
        Count(report.Runs.Count, "runs");
        Count(report.LoggedModels.Count, "logged models");
        Count(report.Experiments.Count, "experiments");
        Count(report.Blobs.Count, string.Create(CultureInfo.InvariantCulture, $"blobs, {report.Bytes / 1e6:0.0} MB"));
        return text.ToString();
    }
}
