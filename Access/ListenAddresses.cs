using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Linnaeus.Access;

/// <summary>Finds listen addresses that other machines can reach.</summary>
internal static class ListenAddresses
{
    /// <summary>Reads Kestrel's settings: its own endpoints, else <c>urls</c>, else the ports, which bind every address.</summary>
    public static IEnumerable<string> BeyondLoopback(IConfiguration configuration)
    {
        var own = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().ToArray();
        if (own.Length > 0) return own.Where(IsBeyondLoopback);
        if (Parts(configuration["urls"]) is { Length: > 0 } urls) return urls.Where(IsBeyondLoopback);
        return Parts(configuration["http_ports"]).Select(port => $"http://*:{port}")
            .Concat(Parts(configuration["https_ports"]).Select(port => $"https://*:{port}"));
    }

    public static bool IsBeyondLoopback(string address)
    {
        var binding = BindingAddress.Parse(address);
        if (binding.IsUnixPipe || binding.IsNamedPipe) return false;
        // Kestrel binds any other name, '*' and '+' to every address.
        return !IsLoopback(binding.Host);
    }

    /// <summary>Whether a host name or address always means this machine (RFC 6761 reserves <c>*.localhost</c>).</summary>
    public static bool IsLoopback(string host)
    {
        host = host.Trim('[', ']');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
    }

    /// <exception cref="InvalidOperationException">The list is not empty.</exception>
    public static void RefuseOpen(IReadOnlyCollection<string> beyondLoopback)
    {
        if (beyondLoopback.Count > 0)
            throw new InvalidOperationException(
                "Access__Mode=open disables authentication, so the service must listen on loopback only.  "
                + $"Other machines can reach {string.Join(", ", beyondLoopback)}. "
                + "Listen on http://localhost:PORT, or set Access__Mode=required and create tokens (Access__BootstrapToken is the first).");
    }

    private static string[] Parts(string? list) => list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
