using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.Registry.Client;

public static class RegistryClientExtensions
{
    /// <summary>
    /// Adds <see cref="RegistryClient"/>. It uses the HTTP handlers of the service (discovery, retries, timeouts) and sends the token of
    /// the setting <c>Access:Token</c> if there is one.
    /// </summary>
    /// <param name="baseAddress">The Registry; <c>http://registry</c>, its name in service discovery, when absent.</param>
    public static IHttpClientBuilder AddRegistryClient(this IServiceCollection services, Uri? baseAddress = null) =>
        services.AddHttpClient<RegistryClient>((provider, http) => Prepare(http, baseAddress ?? new Uri("http://registry"), provider));

    /// <summary>Adds <see cref="ExplainerClient"/> in the same way.</summary>
    /// <param name="baseAddress">The Explainer; <c>http://explainer</c>, its name in service discovery, when absent.</param>
    public static IHttpClientBuilder AddExplainerClient(this IServiceCollection services, Uri? baseAddress = null) =>
        services.AddHttpClient<ExplainerClient>((provider, http) => Prepare(http, baseAddress ?? new Uri("http://explainer"), provider));

    private static void Prepare(HttpClient http, Uri address, IServiceProvider provider)
    {
        http.BaseAddress = address;

        // Uploads and computations may be long; the resilience handler limits each attempt.
        http.Timeout = Timeout.InfiniteTimeSpan;
        if (provider.GetService<IConfiguration>()?["Access:Token"] is { Length: > 0 } token)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }
}
