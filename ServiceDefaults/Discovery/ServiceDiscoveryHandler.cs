using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.ServiceDefaults.Discovery;

/// <summary>Sends a request for <c>http://NAME</c> or <c>https+http://NAME</c> to where that service is (<see cref="ServiceEndpoints"/>).</summary>
internal sealed class ServiceDiscoveryHandler(ServiceEndpoints endpoints) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var logical = request.RequestUri ?? throw new InvalidOperationException("The request has no address.");
        request.RequestUri = endpoints.Resolve(logical);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            // A retry must resolve the name again.
            request.RequestUri = logical;
        }
    }
}

internal static class ServiceDiscoveryRegistration
{
    public static IServiceCollection AddServiceDiscovery(this IServiceCollection services) =>
        services.AddSingleton<ServiceEndpoints>().AddTransient<ServiceDiscoveryHandler>();
}
