using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder host;
    private readonly EntryPointCapture? capture = EntryPointCapture.Current;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        capture?.Configure(options);
        AppHostAssembly = options.AssemblyName is { } name ? Assembly.Load(name) : capture?.Assembly ?? Assembly.GetEntryAssembly();
        AppHostDirectory = options.ProjectDirectory
            ?? AppHostAssembly?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "apphostprojectpath")?.Value
            ?? Directory.GetCurrentDirectory();
        host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = options.Args,
            ContentRootPath = AppHostDirectory,
            ApplicationName = AppHostAssembly?.GetName().Name,
            EnvironmentName = capture?.Profile.GetValueOrDefault("DOTNET_ENVIRONMENT"),
        });
        if (capture is not null)
            AddLaunchProfile(capture.Profile);
        ExecutionContext = new DistributedApplicationExecutionContext(OperationOf(host.Configuration));
        if (!options.DisableDashboard)
            DashboardConfiguration.EnsureOtlpApiKey(Configuration);
        AddServices(options);
    }

    public ConfigurationManager Configuration => host.Configuration;

    public string AppHostDirectory { get; }

    public Assembly? AppHostAssembly { get; }

    public IHostEnvironment Environment => host.Environment;

    public IServiceCollection Services => host.Services;

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (Resources.Any(known => string.Equals(known.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
            throw new DistributedApplicationException($"Cannot add resource of type '{resource.GetType()}' with name '{resource.Name}' because a resource with that name already exists. Resource names are case-insensitive.");
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        capture?.Offer(this);
        var application = new DistributedApplication(host.Build(), captured: capture);
        capture?.Offer(application);
        return application;
    }

    private static DistributedApplicationOperation OperationOf(ConfigurationManager configuration)
    {
        var publish = string.Equals(configuration["operation"], "publish", StringComparison.OrdinalIgnoreCase)
            || string.Equals(configuration["publisher"], "manifest", StringComparison.OrdinalIgnoreCase)
            || string.Equals(configuration["AppHost:Operation"], "publish", StringComparison.OrdinalIgnoreCase);
        return publish ? DistributedApplicationOperation.Publish : DistributedApplicationOperation.Run;
    }

    /// <summary>A test has no <c>dotnet run</c> to apply the profile; what the caller says on the command line still wins.</summary>
    private void AddLaunchProfile(IReadOnlyDictionary<string, string> profile) =>
        ((IConfigurationBuilder)host.Configuration).Sources.Insert(
            0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = profile.Select(v => KeyValuePair.Create(v.Key.Replace("__", ":", StringComparison.Ordinal), (string?)v.Value)) });

    private void AddServices(DistributedApplicationOptions options)
    {
        Services.AddSingleton(options);
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(new DistributedApplicationModel(Resources));
        Services.AddSingleton(new ResourceNotificationService());
        Services.AddSingleton(new ResourceLoggerService());
        Services.AddSingleton<Orchestrator>();
        Services.AddSingleton(services => new ResourceCommandService(
            services.GetRequiredService<ResourceNotificationService>(), services.GetRequiredService<Orchestrator>().ExecuteAsync));
        Services.AddHealthChecks();
        // The files of the AppHost may say otherwise: configuration rules override these.
        host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        host.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
    }
}
