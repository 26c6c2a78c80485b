namespace Linnaeus.AppHost.Commands;

/// <summary>The Portal's commands in the dashboard.</summary>
internal static class PortalCommands
{
    public static IResourceBuilder<ProjectResource> WithPortalCommands(this IResourceBuilder<ProjectResource> portal) => portal
        .WithAction("open-latest-run", "Open the latest run", "Open", "Links to the latest run.", async (context, platform) =>
            (await platform.CreateRegistryClient().Jobs.ListAsync(kind: "train", limit: 1, cancellationToken: context.CancellationToken)) is [{ RunId: { } run }, ..]
                ? CommandForm.Show("Latest run:", platform.Link(run, $"/runs/{run}"))
                : CommandResults.Failure("No runs yet."));
}
