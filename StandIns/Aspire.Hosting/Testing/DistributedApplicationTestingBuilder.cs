using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Builds an application for a test: no dashboard, random ports.</summary>
public static class DistributedApplicationTestingBuilder
{
    /// <summary>Runs the entry point of the AppHost that <typeparamref name="TEntryPoint"/> belongs to, up to its <c>Build</c>.</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    /// <summary>As above, with command-line arguments.</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>(args, static (_, _) => { }, cancellationToken);

    /// <summary>As above; <paramref name="configureBuilder"/> may change the options, e.g. turn the dashboard on.</summary>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder,
        CancellationToken cancellationToken = default)
        where TEntryPoint : class
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(configureBuilder);
        var assembly = typeof(TEntryPoint).Assembly;
        var capture = new EntryPointCapture(assembly, ProfileOf(assembly), options =>
        {
            options.DisableDashboard = true;
            configureBuilder(options, new HostApplicationBuilderSettings());
        });
        var builder = await capture.StartAsync(args).WaitAsync(cancellationToken).ConfigureAwait(false);
        return new TestingBuilder(builder, capture);
    }

    /// <summary>An application of the test's own.</summary>
    public static IDistributedApplicationTestingBuilder Create(params string[] args) =>
        new TestingBuilder(new DistributedApplicationBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true }), capture: null);

    private static IReadOnlyDictionary<string, string> ProfileOf(Assembly assembly)
    {
        var directory = assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "apphostprojectpath")?.Value;
        var profiles = directory is null ? [] : LaunchSettings.Read(directory);
        return profiles.Count == 0 ? new Dictionary<string, string>() : profiles[0].EnvironmentVariables;
    }

    private sealed class TestingBuilder : IDistributedApplicationTestingBuilder
    {
        private readonly DistributedApplicationBuilder inner;
        private readonly EntryPointCapture? capture;
        private DistributedApplication? built;

        public TestingBuilder(DistributedApplicationBuilder inner, EntryPointCapture? capture)
        {
            this.inner = inner;
            this.capture = capture;
            inner.Services.AddSingleton(new RandomizedPorts());
            if (inner.Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] is null || inner.Services.Any(IsDisabledDashboard))
                inner.Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://localhost:4317";
        }

        public ConfigurationManager Configuration => inner.Configuration;

        public string AppHostDirectory => inner.AppHostDirectory;

        public Assembly? AppHostAssembly => inner.AppHostAssembly;

        public IHostEnvironment Environment => inner.Environment;

        public IServiceCollection Services => inner.Services;

        public DistributedApplicationExecutionContext ExecutionContext => inner.ExecutionContext;

        public IResourceCollection Resources => inner.Resources;

        public IResourceBuilder<T> AddResource<T>(T resource)
            where T : IResource => inner.AddResource(resource);

        public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
            where T : IResource => inner.CreateResourceBuilder(resource);

        public DistributedApplication Build() => BuildAsync().GetAwaiter().GetResult();

        public async Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default)
        {
            built = capture is null ? inner.Build() : await capture.BuildAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            return built;
        }

        public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

        public async ValueTask DisposeAsync()
        {
            if (built is not null)
                await built.DisposeAsync().ConfigureAwait(false);
            capture?.Finish();
        }

        private static bool IsDisabledDashboard(ServiceDescriptor service) =>
            service.ImplementationInstance is DistributedApplicationOptions { DisableDashboard: true };
    }
}

/// <summary>A builder in a test's hands.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}
