namespace Linnaeus.Registry.Tracking;

internal static class TrackingServices
{
    public static IServiceCollection AddTracking(this IServiceCollection services) => services
        .AddScoped<ExperimentStore>().AddScoped<RunStore>().AddScoped<RunWriter>().AddScoped<RunReader>().AddScoped<RunInputStore>()
        .AddScoped<MetricHistory>().AddScoped<LoggedModelStore>().AddScoped<LoggedModelReader>();
}
