namespace Linnaeus.Registry.Uploads;

internal static class UploadServices
{
    public static IServiceCollection AddUploads(this IServiceCollection services) =>
        services.AddScoped<RegisteredFiles>().AddScoped<ArtifactWriter>().AddScoped<MultipartUploads>();
}
