using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Runtime;

/// <summary>What people see of a process in each state.</summary>
internal static class ReplicaSnapshot
{
    public static CustomResourceSnapshot Initial(IResource resource) => new()
    {
        ResourceType = resource is ProjectResource ? "Project" : "Executable",
        CreationTimeStamp = DateTime.UtcNow,
        State = KnownResourceStates.NotStarted,
        Properties = Properties(resource),
        Urls = Urls(resource),
        Relationships = Relationships(resource),
        HealthReports = UnknownHealth(resource),
    };

    public static ImmutableArray<RelationshipSnapshot> Relationships(IResource resource) =>
        [.. resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(r => new RelationshipSnapshot(r.Resource.Name, r.Type)).Distinct()];

    public static ImmutableArray<HealthReportSnapshot> UnknownHealth(IResource resource) =>
        [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(check => new HealthReportSnapshot(check.Key, null, null, null))];

    public static CustomResourceSnapshot Running(
        CustomResourceSnapshot before, ProcessPlan plan, IReadOnlyDictionary<string, string> declared, int processId, DateTime started) => before with
        {
            State = new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
            StartTimeStamp = started,
            Properties = Set(
                before.Properties,
                new("executable.path", plan.FileName),
                new("executable.workDir", plan.WorkingDirectory),
                new("executable.args", string.Join(' ', plan.Arguments)),
                new("executable.pid", processId)),
            EnvironmentVariables =
            [
                .. plan.Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal)
                    .Select(variable => new EnvironmentVariableSnapshot(variable.Key, variable.Value, declared.ContainsKey(variable.Key))),
            ],
            Urls = Active(before.Urls, true),
        };

    public static CustomResourceSnapshot Ended(CustomResourceSnapshot before, int exitCode, bool asked, bool crashed) => before with
    {
        State = asked ? KnownResourceStates.Exited
            : crashed ? new ResourceStateSnapshot(KnownResourceStates.Exited, KnownResourceStateStyles.Error)
            : KnownResourceStates.Finished,
        ExitCode = exitCode,
        StopTimeStamp = DateTime.UtcNow,
        Urls = Active(before.Urls, false),
    };

    public static CustomResourceSnapshot WithCommands(CustomResourceSnapshot snapshot)
    {
        var down = snapshot.State?.Text is null or "NotStarted" || ResourceNotificationService.IsTerminal(snapshot);
        return snapshot with
        {
            Commands =
            [
                Command(KnownResourceCommands.StartCommand, "Start", down, "Play"),
                Command(KnownResourceCommands.StopCommand, "Stop", !down, "Stop"),
                Command(KnownResourceCommands.RestartCommand, "Restart", !down, "ArrowCounterclockwise"),
            ],
        };
    }

    private static ResourceCommandSnapshot Command(string name, string displayName, bool enabled, string icon) => new(
        name, enabled ? ResourceCommandState.Enabled : ResourceCommandState.Disabled, displayName, null, null, null, icon, IconVariant.Filled, true);

    private static ImmutableArray<ResourcePropertySnapshot> Properties(IResource resource)
    {
        if (resource is not ProjectResource project)
            return [];
        var properties = ImmutableArray.Create(new ResourcePropertySnapshot("project.path", ReplicaPlan.Metadata(project).ProjectPath));
        return project.Annotations.OfType<LaunchProfileAnnotation>().LastOrDefault() is { } profile
            ? properties.Add(new("project.launchProfile", profile.Profile.Name))
            : properties;
    }

    private static ImmutableArray<ResourcePropertySnapshot> Set(ImmutableArray<ResourcePropertySnapshot> before, params ResourcePropertySnapshot[] changed) =>
        [.. before.Where(p => changed.All(c => c.Name != p.Name)), .. changed];

    private static ImmutableArray<UrlSnapshot> Active(ImmutableArray<UrlSnapshot> urls, bool active) =>
        [.. urls.Select(url => url with { IsInactive = !active })];

    private static ImmutableArray<UrlSnapshot> Urls(IResource resource) =>
    [
        .. resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.AllocatedEndpoint is not null)
            .Select(e => new UrlSnapshot(e.Name, e.AllocatedEndpoint!.UriString, IsInternal: false) { IsInactive = true }),
    ];
}
