using Linnaeus.AppHost.Lifetime;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.AppHost.Commands;

/// <summary>What one can do with the blob storage from the dashboard.</summary>
internal static class StorageCommands
{
    /// <summary>What has to be typed before everything is deleted.</summary>
    public const string Confirmation = "delete all data";

    public static IResourceBuilder<ExecutableResource> WithStorageCommands(this IResourceBuilder<ExecutableResource> storage, AppHostSettings settings) => storage
        .WithCommand("delete-all-data", "Delete all data", context => DeleteAsync(context, settings), new CommandOptions
        {
            Description = $"Deletes every run, model, image and explanation in {settings.Data}. Downloaded datasets and weights, and the tokens of this machine, stay.",
            IconName = "DeleteDismiss",
            Arguments = [new InteractionInput { Name = "confirmation", Label = $"Type '{Confirmation}'", InputType = InputType.Text, Required = true }],
            ValidateArguments = context =>
            {
                if (context.Inputs.GetString("confirmation") != Confirmation)
                    context.AddValidationError("confirmation", $"Nothing is deleted unless you type '{Confirmation}'.");
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
        return CommandResults.Success("All data is deleted; the platform is empty.");
    }
}
