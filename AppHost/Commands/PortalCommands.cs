namespace Linnaeus.AppHost.Commands;

/// <summary>What one can do with the Portal from the dashboard.</summary>
internal static class PortalCommands
{
    public static IResourceBuilder<ProjectResource> WithPortalCommands(this IResourceBuilder<ProjectResource> portal) => portal
        .WithAction("open-latest-run", "Open the latest run", "Open", "Shows the address of the newest training.", async (context, platform) =>
            (await platform.CreateRegistryClient().Jobs.ListAsync(kind: "train", limit: 1, cancellationToken: context.CancellationToken)) is [{ RunId: { } run }, ..]
                ? CommandForm.Show("The latest run:", platform.Link(run, $"/runs/{run}"))
                : CommandResults.Failure("There are no runs yet."));
}
