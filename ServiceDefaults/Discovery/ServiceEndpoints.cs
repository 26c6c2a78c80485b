using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;

namespace Linnaeus.ServiceDefaults.Discovery;

/// <summary>
/// Finds services by name in the configuration Aspire hands out: <c>services:NAME:SCHEME:INDEX</c>, or <c>services:NAME:ENDPOINT:INDEX</c>
/// for an address such as <c>http://_ENDPOINT.NAME</c>. Several entries are used in turn. A name without entries is left to DNS.
/// </summary>
internal sealed class ServiceEndpoints(IConfiguration configuration)
{
    private readonly ConcurrentDictionary<string, StrongBox> _turns = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The real address behind <paramref name="address"/>; schemes joined by <c>+</c> are tried from left to right.</summary>
    public Uri Resolve(Uri address)
    {
        var schemes = address.Scheme.Split('+');
        var (name, endpoint) = Split(address.Host);
        foreach (var key in endpoint is null ? [.. schemes, "default"] : new[] { endpoint })
        {
            var section = $"services:{name}:{key}";
            var found = configuration.GetSection(section).GetChildren().Select(c => c.Value).OfType<string>().ToArray();
            if (found.Length > 0)
                return Rewrite(address, found[Turn(section) % found.Length], schemes[0]);
        }

        return schemes.Length == 1 ? address : new UriBuilder(address) { Scheme = schemes[0], Port = address.IsDefaultPort ? -1 : address.Port }.Uri;
    }

    private int Turn(string section) => Interlocked.Increment(ref _turns.GetOrAdd(section, _ => new StrongBox()).Value) & int.MaxValue;

    private static (string Name, string? Endpoint) Split(string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return host.StartsWith('_') && dot > 1 ? (host[(dot + 1)..], host[1..dot]) : (host, null);
    }

    private static Uri Rewrite(Uri address, string value, string scheme)
    {
        var target = value.Contains("://", StringComparison.Ordinal) ? value : $"{scheme}://{value}";
        if (!Uri.TryCreate(target, UriKind.Absolute, out var real))
            throw new HttpRequestException($"The configured address '{value}' of service '{address.Host}' is not a valid URI.");
        var prefix = real.AbsolutePath.TrimEnd('/');
        return new Uri(real.GetLeftPart(UriPartial.Authority) + prefix + address.PathAndQuery);
    }

    private sealed class StrongBox
    {
        public int Value = -1;
    }
}
