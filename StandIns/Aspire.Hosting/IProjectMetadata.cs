using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A project that the AppHost references: implemented by the generated classes in the namespace <c>Projects</c>.</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    /// <summary>Absolute path of the .csproj.</summary>
    string ProjectPath { get; }

    bool SuppressBuild => false;
}
