namespace Linnaeus.AppHost.Commands;

/// <summary>The Trainer's commands in the dashboard.</summary>
internal static class TrainerCommands
{
    /// <param name="drainFile">The Trainer leases no jobs while this file exists; the next start of the platform removes it.</param>
    public static IResourceBuilder<ProjectResource> WithTrainerCommands(this IResourceBuilder<ProjectResource> trainer, string drainFile)
    {
        if (trainer.ApplicationBuilder.ExecutionContext.IsRunMode && File.Exists(drainFile))
            File.Delete(drainFile);
        return trainer.WithLocal("Worker__DrainFile", drainFile)
            .WithAction("drain", "Drain", "Drop", "Finishes the current job, then leases no more.", async (context, _) =>
            {
                await File.WriteAllTextAsync(drainFile, "", context.CancellationToken);
                return CommandResults.Success("Draining: the Trainer finishes its current job, then leases no more.");
            })
            .WithAction("take-jobs", "Resume", "PlayCircle", "Leases jobs again after a drain.", (_, _) =>
            {
                File.Delete(drainFile);
                return Task.FromResult(CommandResults.Success("The Trainer leases jobs again."));
            });
    }
}
