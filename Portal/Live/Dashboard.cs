namespace Linnaeus.Portal.Live;

/// <summary>The Aspire dashboard, where people read traces; set by <c>Portal:DashboardUrl</c>.</summary>
/// <param name="Address">Absolute, without a token; null when the setting is empty.</param>
public sealed record Dashboard(Uri? Address)
{
    private const string Setting = "Portal:DashboardUrl";

    /// <exception cref="InvalidOperationException">The setting is not an HTTP(S) URL.</exception>
    public static Dashboard From(IConfiguration configuration)
    {
        if (configuration[Setting] is not { Length: > 0 } address)
            return new Dashboard((Uri?)null);
        return Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? new Dashboard(uri)
            : throw new InvalidOperationException($"{Setting} is '{address}'; it must be the URL of the Aspire dashboard, such as http://localhost:15000.");
    }

    /// <param name="traceId">32 hexadecimal digits.</param>
    public Uri? AddressOf(string traceId) => Address is null ? null : new Uri(Address, $"traces/detail/{traceId}");
}
