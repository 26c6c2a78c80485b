using System.Net.Http.Headers;
using Linnaeus.Registry.Client;

namespace Linnaeus.AppHost;

/// <summary>URLs of the platform for the AppHost's services and commands.</summary>
internal sealed record PlatformAddresses(EndpointReference Registry, EndpointReference Portal, AppHostSettings Settings)
{
    /// <summary>A client with administrator access.</summary>
    public RegistryClient CreateRegistryClient()
    {
        var http = new HttpClient { BaseAddress = new Uri(Registry.Url) };
        if (Settings.RequiresTokens)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", PlatformAccess.Secret(Settings.AdminTokenFile));
        return new RegistryClient(http);
    }

    /// <summary>A link to a page of the Portal.</summary>
    public string Link(string text, string path) => $"[{text}]({Portal.Url}{path})";
}
