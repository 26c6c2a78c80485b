using Microsoft.CodeAnalysis;

namespace Linnaeus.StandIns.Tests.AspireHosting;

/// <summary>The stand-in must accept what Aspire accepts, and nothing that Aspire 13.5.2 rejects.</summary>
public sealed class AspireCompileTests
{
    [Theory]
    [InlineData("project.WithReference(other).WaitFor(other);")]
    [InlineData("project.WithReference(executable.GetEndpoint(\"http\"));")]
    [InlineData("project.WithReference(blobs).WaitFor(blobs);")]
    [InlineData("project.WithReference(configured, connectionName: \"x\", optional: true);")]
    [InlineData("executable.WithReference(project).WithReference(blobs).WaitFor(project);")]
    [InlineData("project.WaitFor(parameter).WaitFor(executable).WaitForCompletion(executable, exitCode: 3);")]
    [InlineData("project.WithEnvironment(\"A\", \"b\").WithEnvironment(\"A\", $\"{executable.GetEndpoint(\"http\")}/x\").WithEnvironment(\"A\", parameter);")]
    [InlineData("project.WithReplicas(2).WithHttpEndpoint(port: 1, targetPort: 2, name: \"x\", env: \"PORT\", isProxied: false);")]
    [InlineData("project.WithHttpHealthCheck(\"/health\", statusCode: 200, endpointName: \"http\").WithExternalHttpEndpoints();")]
    [InlineData("IResourceBuilder<IResourceWithConnectionString> strings = blobs; IResourceBuilder<IResource> any = project;")]
    [InlineData("executable.WithArgs(\"--port\", executable.GetEndpoint(\"http\").Property(EndpointProperty.TargetPort));")]
    public void Aspire_accepts(string line) => Assert.Empty(Errors(line));

    [Theory]
    [InlineData("project.WithReference(executable);")]
    [InlineData("project.WithReference(parameter);")]
    [InlineData("blobs.WithReference(project);")]
    [InlineData("blobs.WaitFor(executable);")]
    [InlineData("blobs.WithEnvironment(\"A\", \"b\");")]
    [InlineData("blobs.WithHttpEndpoint();")]
    [InlineData("configured.WithReference(blobs);")]
    [InlineData("parameter.WaitFor(project);")]
    [InlineData("parameter.WithEnvironment(\"A\", \"b\");")]
    [InlineData("parameter.GetEndpoint(\"http\");")]
    [InlineData("executable.WithReplicas(2);")]
    [InlineData("project.WithLifetime(ContainerLifetime.Persistent);")]
    [InlineData("project.WithContainerRuntimeArgs(\"--gpus\", \"all\");")]
    [InlineData("builder.AddNpmApp(\"web\", \"../web\");")]
    [InlineData("builder.AddProject<string>(\"registry\");")]
    [InlineData("IResourceBuilder<ProjectResource> narrow = (IResourceBuilder<IResource>)project;")]
    public void Aspire_rejects(string line) => Assert.NotEmpty(Errors(line));

    private static IEnumerable<Diagnostic> Errors(string line) => CompiledProgram.Compile($$"""
        using Aspire.Hosting;
        using Aspire.Hosting.ApplicationModel;

        var builder = DistributedApplication.CreateBuilder(args);
        var project = builder.AddProject<Registry>("registry");
        var other = builder.AddProject<Registry>("other");
        var executable = builder.AddExecutable("storage", "node", ".", "main.js").WithHttpEndpoint();
        var parameter = builder.AddParameter("key", secret: true);
        var configured = builder.AddConnectionString("configured");
        var blobs = builder.AddConnectionString("blobs", ReferenceExpression.Create($"Key={parameter};Url={executable.GetEndpoint("http")}"));
        {{line}}

        sealed class Registry : IProjectMetadata
        {
            public string ProjectPath => "/nowhere/Registry.csproj";
        }
        """).GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity == DiagnosticSeverity.Error);
}
