using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.Registry.Client;

public static class RegistryClientExtensions
{
    /// <summary>
    /// Adds <see cref="RegistryClient"/>. Requests go through the handlers every HTTP client of the service has (discovery, retries and
    /// their time-outs), and show the token of the setting <c>Access:Token</c> when there is one.
    /// </summary>
    /// <param name="baseAddress">The Registry; <c>http://registry</c>, its name in service discovery, when absent.</param>
    public static IHttpClientBuilder AddRegistryClient(this IServiceCollection services, Uri? baseAddress = null) =>
        services.AddHttpClient<RegistryClient>((provider, http) =>
        {
            http.BaseAddress = baseAddress ?? new Uri("http://registry");

            // An upload of a large checkpoint takes as long as it takes; the resilience handler bounds each attempt.
            http.Timeout = Timeout.InfiniteTimeSpan;
            if (provider.GetService<IConfiguration>()?["Access:Token"] is { Length: > 0 } token)
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        });
}
