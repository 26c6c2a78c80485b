using System.Globalization;
using System.Reflection;
using Linnaeus.AppHost.Lifetime;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.AppHost;

/// <summary>Common setup of the platform's services.</summary>
internal static class ServiceExtensions
{
    /// <summary>Adds a service: started from the build output, with a health check, and restarted when it crashes.</summary>
    /// <param name="icon">Name of a Fluent UI icon.</param>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(this IDistributedApplicationBuilder builder, string name, string icon)
        where TProject : IProjectMetadata, new()
    {
        var service = builder.AddProject<TProject>(name)
            .WithHttpHealthCheck("/health")
            .WithIconName(icon)
            .WithoutCertificate()
            .KeepRunning();
        if (builder.ExecutionContext.IsRunMode)
            return service.WithAnnotation(Program<TProject>());
        // Aspire adds an https endpoint by itself; TLS ends in front of the services.
        foreach (var endpoint in service.Resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.UriScheme == "https").ToList())
            service.Resource.Annotations.Remove(endpoint);
        return service;
    }

    /// <summary>Restarts the resource when it crashes, and stops it in order.</summary>
    public static IResourceBuilder<T> KeepRunning<T>(this IResourceBuilder<T> builder)
        where T : IResource => builder.WithAnnotation(new KeptRunningAnnotation());

    /// <summary>
    /// PostgreSQL when published, with its connection string as a parameter; on this machine the service defaults to SQLite.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithDatabase(this IResourceBuilder<ProjectResource> builder, string name) =>
        builder.ApplicationBuilder.ExecutionContext.IsPublishMode ? builder.WithReference(builder.ApplicationBuilder.AddConnectionString(name)) : builder;

    /// <summary>A variable for this machine only, such as a path; it is not published.</summary>
    public static IResourceBuilder<T> WithLocal<T>(this IResourceBuilder<T> builder, string name, string value)
        where T : IResourceWithEnvironment => builder.ApplicationBuilder.ExecutionContext.IsRunMode ? builder.WithEnvironment(name, value) : builder;

    /// <summary>
    /// Number of tensor threads on this machine. Idle threads sleep instead of spinning, since several services share the cores. All
    /// threads share malloc's main arena, the only one that reuses blocks beyond 64 MiB: in others, large blocks are mapped anew each time.
    /// </summary>
    public static IResourceBuilder<T> WithThreads<T>(this IResourceBuilder<T> builder, int threads)
        where T : IResourceWithEnvironment => builder
        .WithLocal("OMP_NUM_THREADS", threads.ToString(CultureInfo.InvariantCulture))
        .WithLocal("OMP_WAIT_POLICY", "passive")
        .WithLocal("MALLOC_ARENA_MAX", "1");

    /// <summary>Adds crash restarts and the ordered stop.</summary>
    public static void AddLifetime(this IDistributedApplicationBuilder builder)
    {
        if (!builder.ExecutionContext.IsRunMode)
            return;
        builder.Services.AddSingleton(TimeProvider.System);
        // Hosted services stop in reverse order: no service is restarted while others are being stopped.
        builder.Services.AddSingleton<ServiceOrder>().AddHostedService<OrderedStop>().AddHostedService<CrashRestarts>();
    }

#pragma warning disable ASPIRECERTIFICATES001 // the only way to run a service without a certificate
    /// <summary>Services use HTTP on loopback: without this, the dashboard asks for a development certificate that nothing uses.</summary>
    private static IResourceBuilder<ProjectResource> WithoutCertificate(this IResourceBuilder<ProjectResource> builder) => builder.WithoutHttpsCertificate();
#pragma warning restore ASPIRECERTIFICATES001

    /// <summary>The service's own executable, since <c>dotnet run</c> would not pass on signals and exit codes.</summary>
    private static ExecutableAnnotation Program<TProject>()
        where TProject : IProjectMetadata, new()
    {
        var folder = Path.GetDirectoryName(new TProject().ProjectPath)!;
        var output = typeof(ServiceExtensions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "OutputPath").Value!;
        var name = $"Linnaeus.{Path.GetFileNameWithoutExtension(new TProject().ProjectPath)}{(OperatingSystem.IsWindows() ? ".exe" : "")}";
        return new ExecutableAnnotation { Command = Path.GetFullPath(Path.Combine(folder, output, name)), WorkingDirectory = folder };
    }
}
