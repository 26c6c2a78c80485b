using Aspire.Hosting;

namespace Linnaeus.StandIns.Tests.AspireHosting;

/// <summary>A project with launch settings, as the generated <c>Projects.*</c> classes describe one.</summary>
public sealed class SampleProject : IProjectMetadata
{
    private const string LaunchSettings = """
        {
          // comments and a trailing comma are allowed
          "profiles": {
            "IIS Express": { "commandName": "IISExpress" },
            "http": {
              "commandName": "Project",
              "applicationUrl": "http://localhost:5711",
              "environmentVariables": { "ASPNETCORE_ENVIRONMENT": "Development", "OTEL_SERVICE_NAME": "not-this" },
            },
            "https": {
              "commandName": "Project",
              "applicationUrl": "https://localhost:7711;http://localhost:5711",
              "environmentVariables": { "ASPNETCORE_ENVIRONMENT": "Staging" }
            }
          }
        }
        """;

    private static readonly Lazy<string> Folder = new(Create);

    public string ProjectPath => Path.Combine(Folder.Value, "Sample.csproj");

    private static string Create()
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-sample-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "Properties"));
        File.WriteAllText(Path.Combine(folder, "Properties", "launchSettings.json"), LaunchSettings);
        return folder;
    }
}
