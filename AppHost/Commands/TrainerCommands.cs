namespace Linnaeus.AppHost.Commands;

/// <summary>What one can do with the Trainer from the dashboard.</summary>
internal static class TrainerCommands
{
    /// <param name="drainFile">While it is there, the Trainer takes no jobs; a new start of the platform removes it.</param>
    public static IResourceBuilder<ProjectResource> WithTrainerCommands(this IResourceBuilder<ProjectResource> trainer, string drainFile)
    {
        if (trainer.ApplicationBuilder.ExecutionContext.IsRunMode && File.Exists(drainFile))
            File.Delete(drainFile);
        return trainer.WithLocal("Worker__DrainFile", drainFile)
            .WithAction("drain", "Drain", "Drop", "Finishes the current job and takes no more.", async (context, _) =>
            {
                await File.WriteAllTextAsync(drainFile, "", context.CancellationToken);
                return CommandResults.Success("The Trainer finishes its job and takes no more.");
            })
            .WithAction("take-jobs", "Take jobs again", "PlayCircle", "Ends the draining.", (_, _) =>
            {
                File.Delete(drainFile);
                return Task.FromResult(CommandResults.Success("The Trainer takes jobs again."));
            });
    }
}
