using Linnaeus.Registry.Client;

namespace Linnaeus.AppHost.Commands;

/// <summary>The Explainer's commands in the dashboard.</summary>
internal static class ExplainerCommands
{
    private const string Champion = "champion";

    public static IResourceBuilder<ProjectResource> WithExplainerCommands(this IResourceBuilder<ProjectResource> explainer) => explainer
        .WithAction("analyze-champion", "Analyze the champion", "Trophy", "Runs an error analysis of a model's champion on its test images.", AnalyzeAsync,
            new InteractionInput
            {
                Name = "model",
                Label = "Model",
                InputType = InputType.Choice,
                Required = true,
                DynamicLoading = CommandForm.Choices(async (registry, token) =>
                    (await registry.Models.ListAsync(token)).Where(model => model.Versions.Any(version => version.Aliases.Contains(Champion))).Select(model => model.Name)),
            });

    private static async Task<ExecuteCommandResult> AnalyzeAsync(ExecuteCommandContext context, PlatformAddresses platform)
    {
        var spec = new DiagnosisSpec { Model = $"models:/{context.Arguments.GetString("model")}@{Champion}" };
        var job = await platform.CreateRegistryClient().Jobs.SubmitAsync(spec, context.CancellationToken);
        return CommandForm.Show("Error analysis queued.", platform.Link("Open the report in the Portal", $"/reports/{job.Id}"));
    }
}
