using System.Net.Http.Headers;

namespace Linnaeus.Portal.Access;

/// <summary>HTTP clients that send the visitor's own token.</summary>
internal sealed class VisitorHttp(IHttpClientFactory clients, Visitor visitor)
{
    /// <param name="name">Name of a registered client.</param>
    public HttpClient Create(string name)
    {
        var http = clients.CreateClient(name);
        http.DefaultRequestHeaders.Authorization = visitor.Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
        return http;
    }
}
