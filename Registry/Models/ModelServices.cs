namespace Linnaeus.Registry.Models;

internal static class ModelServices
{
    public static IServiceCollection AddModels(this IServiceCollection services) => services
        .AddScoped<ModelStore>().AddScoped<VersionStore>().AddScoped<ModelReader>().AddScoped<VersionSource>()
        .AddScoped<VersionRegistration>().AddScoped<VersionVerifier>().AddScoped<AliasStore>()
        .AddSingleton<MissingBlobCheck>().AddHostedService(services => services.GetRequiredService<MissingBlobCheck>());
}
