using Linnaeus.AppHost.Lifetime;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.AppHost.Commands;

/// <summary>The blob storage's commands in the dashboard.</summary>
internal static class StorageCommands
{
    /// <summary>The text to type before all data is deleted.</summary>
    public const string Confirmation = "delete all data";

    public static IResourceBuilder<ExecutableResource> WithStorageCommands(this IResourceBuilder<ExecutableResource> storage, AppHostSettings settings) => storage
        .WithCommand("delete-all-data", "Delete all data", context => DeleteAsync(context, settings), new CommandOptions
        {
            Description = $"Deletes every run, model, image and explanation in {settings.Data}. Downloaded datasets and weights, and the tokens of this machine, are kept.",
            IconName = "DeleteDismiss",
            Arguments = [new InteractionInput { Name = "confirmation", Label = $"Type '{Confirmation}'", InputType = InputType.Text, Required = true }],
            ValidateArguments = context =>
            {
                if (context.Inputs.GetString("confirmation") != Confirmation)
                    context.AddValidationError("confirmation", $"Type '{Confirmation}' to delete all data.");
                return Task.CompletedTask;
            },
        });

    private static async Task<ExecuteCommandResult> DeleteAsync(ExecuteCommandContext context, AppHostSettings settings)
    {
        var services = context.Services.GetRequiredService<ServiceOrder>();
        await services.StopAsync(context.CancellationToken);
        foreach (var folder in settings.DataFolders.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        await services.StartAsync(context.CancellationToken);
        return CommandResults.Success("All data deleted.");
    }
}
