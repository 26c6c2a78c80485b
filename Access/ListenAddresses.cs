using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Linnaeus.Access;

/// <summary>Which of the addresses that a service listens on other machines can reach.</summary>
internal static class ListenAddresses
{
    /// <summary>By the settings that Kestrel reads: its own endpoints, else <c>urls</c>, else the ports alone, which mean every address.</summary>
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

    /// <summary>Whether a name or an address can only mean this machine (RFC 6761 keeps <c>*.localhost</c> for it).</summary>
    public static bool IsLoopback(string host)
    {
        host = host.Trim('[', ']');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
    }

    /// <exception cref="InvalidOperationException">There are any.</exception>
    public static void RefuseOpen(IReadOnlyCollection<string> beyondLoopback)
    {
        if (beyondLoopback.Count > 0)
            throw new InvalidOperationException(
                "Access__Mode=open lets everybody do everything, so it is only for loopback addresses, "
                + $"and other machines can reach {string.Join(", ", beyondLoopback)}. "
                + "Listen on http://localhost:PORT, or set Access__Mode=required and hand out tokens (Access__BootstrapToken is the first).");
    }

    private static string[] Parts(string? list) => list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
