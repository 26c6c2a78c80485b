using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Runtime;

namespace Aspire.Hosting;

/// <summary>Projects as resources.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>
    /// Adds a referenced project. Its launch profile (the AppHost's own by name, else the project's first) gives the
    /// endpoints and environment variables.
    /// </summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, [ResourceName] string name)
        where TProject : IProjectMetadata, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        var metadata = new TProject();
        var project = builder.AddResource(new ProjectResource(name)).WithAnnotation(metadata);
        var directory = Path.GetDirectoryName(metadata.ProjectPath)!;
        var profile = SelectProfile(builder, LaunchSettings.Read(directory));
        project.WithEnvironment(context => ProjectEnvironment.SetDefaults(context, builder));
        if (profile is not null)
        {
            project.WithAnnotation(new LaunchProfileAnnotation(profile));
            AddEndpoints(project, profile);
            project.WithEnvironment(context => ProjectEnvironment.ApplyProfile(context, profile));
            if (profile.CommandLineArgs is { Length: > 0 } args)
                project.WithArgs(args.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        return project.WithEnvironment(ProjectEnvironment.SetUrls);
    }

    /// <summary>Runs several processes of a project behind one address.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        return builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);
    }

    private static LaunchProfile? SelectProfile(IDistributedApplicationBuilder builder, IReadOnlyList<LaunchProfile> profiles)
    {
        var wanted = builder.Configuration["DOTNET_LAUNCH_PROFILE"] ?? builder.Configuration["AppHost:DefaultLaunchProfileName"];
        return profiles.FirstOrDefault(profile => profile.Name == wanted) ?? (profiles.Count > 0 ? profiles[0] : null);
    }

    private static void AddEndpoints(IResourceBuilder<ProjectResource> project, LaunchProfile profile)
    {
        foreach (var url in profile.ApplicationUrls)
        {
            var address = BindingAddress(url);
            var count = project.Resource.Annotations.OfType<EndpointAnnotation>().Count(e => e.UriScheme == address.Scheme);
            var name = count == 0 ? address.Scheme : $"{address.Scheme}{count + 1}";
            project.WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, address.Scheme, name: name, port: address.Port == 0 ? null : address.Port));
        }
    }

    private static (string Scheme, int Port) BindingAddress(string url)
    {
        // `http://*:80` and `http://+:80` are bindings, not URIs.
        var uri = new Uri(url.Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//+", "//localhost", StringComparison.Ordinal));
        return (uri.Scheme, uri.Port);
    }
}

/// <summary>The launch profile a project runs under.</summary>
internal sealed record LaunchProfileAnnotation(LaunchProfile Profile) : IResourceAnnotation;
