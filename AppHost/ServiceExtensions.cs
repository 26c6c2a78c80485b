using System.Globalization;
using System.Reflection;
using Linnaeus.AppHost.Lifetime;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.AppHost;

/// <summary>What the platform's services have in common.</summary>
internal static class ServiceExtensions
{
    /// <summary>Adds a service: it is started from what the build has made, has its health watched, and is started again when it crashes.</summary>
    /// <param name="icon">Its icon in the dashboard, by its name in Fluent UI.</param>
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
        // Aspire adds one by itself; TLS ends in front of the services.
        foreach (var endpoint in service.Resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.UriScheme == "https").ToList())
            service.Resource.Annotations.Remove(endpoint);
        return service;
    }

    /// <summary>Has the resource started again when it crashes, and stopped in its turn.</summary>
    public static IResourceBuilder<T> KeepRunning<T>(this IResourceBuilder<T> builder)
        where T : IResource => builder.WithAnnotation(new KeptRunningAnnotation());

    /// <summary>When published, PostgreSQL, whose connection string is a parameter; here the service takes SQLite by itself.</summary>
    public static IResourceBuilder<ProjectResource> WithDatabase(this IResourceBuilder<ProjectResource> builder, string name) =>
        builder.ApplicationBuilder.ExecutionContext.IsPublishMode ? builder.WithReference(builder.ApplicationBuilder.AddConnectionString(name)) : builder;

    /// <summary>A variable that means something on this machine alone, such as a path: it is not published.</summary>
    public static IResourceBuilder<T> WithLocal<T>(this IResourceBuilder<T> builder, string name, string value)
        where T : IResourceWithEnvironment => builder.ApplicationBuilder.ExecutionContext.IsRunMode ? builder.WithEnvironment(name, value) : builder;

    /// <summary>
    /// Threads of tensor operations on this machine. Idle ones sleep instead of spinning, as several services share the cores. Tensors of all threads share one heap
    /// of the C library, the only one that keeps blocks beyond 64 MiB: with others what is freed in one is no use to another, and large blocks are mapped anew each time.
    /// </summary>
    public static IResourceBuilder<T> WithThreads<T>(this IResourceBuilder<T> builder, int threads)
        where T : IResourceWithEnvironment => builder
        .WithLocal("OMP_NUM_THREADS", threads.ToString(CultureInfo.InvariantCulture))
        .WithLocal("OMP_WAIT_POLICY", "passive")
        .WithLocal("MALLOC_ARENA_MAX", "1");

    /// <summary>Adds what starts crashed services again and what stops all in order.</summary>
    public static void AddLifetime(this IDistributedApplicationBuilder builder)
    {
        if (!builder.ExecutionContext.IsRunMode)
            return;
        builder.Services.AddSingleton(TimeProvider.System);
        // Hosted services stop in reverse order: nothing is started again once the others are being stopped.
        builder.Services.AddSingleton<ServiceOrder>().AddHostedService<OrderedStop>().AddHostedService<CrashRestarts>();
    }

#pragma warning disable ASPIRECERTIFICATES001 // the only way to say that a service has no certificate
    /// <summary>Services speak HTTP on loopback: without this, the dashboard asks for a development certificate that nobody uses.</summary>
    private static IResourceBuilder<ProjectResource> WithoutCertificate(this IResourceBuilder<ProjectResource> builder) => builder.WithoutHttpsCertificate();
#pragma warning restore ASPIRECERTIFICATES001

    /// <summary>The service's own program, without a <c>dotnet run</c> around it that signals and exit codes would have to get through.</summary>
    private static ExecutableAnnotation Program<TProject>()
        where TProject : IProjectMetadata, new()
    {
        var folder = Path.GetDirectoryName(new TProject().ProjectPath)!;
        var output = typeof(ServiceExtensions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "OutputPath").Value!;
        var name = $"Linnaeus.{Path.GetFileNameWithoutExtension(new TProject().ProjectPath)}{(OperatingSystem.IsWindows() ? ".exe" : "")}";
        return new ExecutableAnnotation { Command = Path.GetFullPath(Path.Combine(folder, output, name)), WorkingDirectory = folder };
    }
}
