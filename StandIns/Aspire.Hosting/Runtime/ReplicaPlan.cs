using System.Collections;
using System.Reflection;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Runtime;

/// <summary>Makes a command line and an environment out of a resource.</summary>
internal static class ReplicaPlan
{
    // Meant for the AppHost alone: a service would listen on the dashboard's port, or learn its token.
    private static readonly string[] NotInherited = ["ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE"];
    private const string NotInheritedPrefix = "ASPIRE_";

    public static ProcessPlan Create(IResource resource, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> declared)
    {
        var environment = Inherited();
        foreach (var (name, value) in declared)
            environment[name] = value;
        return resource switch
        {
            ExecutableResource executable => new ProcessPlan(executable.Command, arguments, executable.WorkingDirectory, environment),
            ProjectResource project => Project(project, arguments, environment),
            _ => throw new DistributedApplicationException($"Resource '{resource.Name}' is no process."),
        };
    }

    public static IProjectMetadata Metadata(ProjectResource project) => project.Annotations.OfType<IProjectMetadata>().Single();

    private static ProcessPlan Project(ProjectResource project, IReadOnlyList<string> arguments, Dictionary<string, string> environment)
    {
        var metadata = Metadata(project);
        var output = metadata.GetType().Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => a.Key == $"projectoutput:{metadata.ProjectPath}")?.Value
            ?? throw new DistributedApplicationException($"The AppHost does not know what {metadata.ProjectPath} is built to: build the AppHost.");
        if (!File.Exists(output))
            throw new DistributedApplicationException($"{output} is missing: build the AppHost, which builds the project '{project.Name}' with it.");
        // As `dotnet run` does, so that appsettings.json is the project's.
        return new ProcessPlan(ProgramPath.Dotnet, [output, .. arguments], Path.GetDirectoryName(metadata.ProjectPath)!, environment);
    }

    private static Dictionary<string, string> Inherited()
    {
        var inherited = new Dictionary<string, string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (!NotInherited.Contains(name) && !name.StartsWith(NotInheritedPrefix, StringComparison.Ordinal))
                inherited[name] = (string?)variable.Value ?? "";
        }
        return inherited;
    }
}
