using System.Security.Cryptography;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Runtime;

/// <summary>Reads the variables that Aspire's own dashboard is configured by.</summary>
internal static class DashboardConfiguration
{
    /// <summary>Whoever sends telemetry to the dashboard shows this key; made when the application is built, as the services need it too.</summary>
    public static void EnsureOtlpApiKey(IConfiguration configuration)
    {
        if (string.IsNullOrEmpty(configuration["AppHost:OtlpApiKey"]) && !IsAnonymous(configuration))
            configuration["AppHost:OtlpApiKey"] = RandomToken();
    }

    /// <exception cref="DistributedApplicationException">An address is missing, wrong, or http without leave.</exception>
    public static DashboardSettings Read(IConfiguration configuration, DistributedApplicationOptions options)
    {
        var urls = configuration["ASPNETCORE_URLS"]
            ?? throw new DistributedApplicationException("The dashboard has no address: start the AppHost with `dotnet run`, which applies its launch settings, or set ASPNETCORE_URLS and ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL.");
        var anonymous = IsAnonymous(configuration);
        var settings = new DashboardSettings
        {
            FrontendUrls = [.. urls.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(url => Address("ASPNETCORE_URLS", url))],
            OtlpGrpcUrl = Optional(configuration, "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL") ?? Optional(configuration, "DOTNET_DASHBOARD_OTLP_ENDPOINT_URL"),
            OtlpHttpUrl = Optional(configuration, "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"),
            BrowserToken = anonymous ? null : Token(configuration),
            OtlpApiKey = anonymous ? null : configuration["AppHost:OtlpApiKey"],
            ApplicationName = options.DashboardApplicationName ?? configuration["AppHost:DashboardApplicationName"] ?? "AppHost",
        };
        Validate(settings, options.AllowUnsecuredTransport || configuration.GetValue<bool>("ASPIRE_ALLOW_UNSECURED_TRANSPORT"));
        return settings;
    }

    private static bool IsAnonymous(IConfiguration configuration) => configuration.GetValue<bool>("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS");

    private static string Token(IConfiguration configuration)
    {
        var given = configuration["ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN"] ?? configuration["AppHost:BrowserToken"];
        return string.IsNullOrEmpty(given) ? RandomToken() : given;
    }

    private static string RandomToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static Uri? Optional(IConfiguration configuration, string name) =>
        configuration[name] is { Length: > 0 } url ? Address(name, url) : null;

    private static Uri Address(string name, string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https")
        ? address
        : throw new DistributedApplicationException($"{name} holds '{url}', which is no http or https address.");

    private static void Validate(DashboardSettings settings, bool unsecuredIsAllowed)
    {
        var addresses = settings.FrontendUrls.Append(settings.OtlpGrpcUrl).Append(settings.OtlpHttpUrl).OfType<Uri>().ToArray();
        if (!unsecuredIsAllowed && addresses.FirstOrDefault(address => address.Scheme == "http") is { } unsecured)
            throw new DistributedApplicationException($"The address {unsecured} must be https unless ASPIRE_ALLOW_UNSECURED_TRANSPORT is set to true.");
        if (addresses.FirstOrDefault(address => !EndpointAllocator.IsFree(address.Port)) is { } taken)
            throw new DistributedApplicationException($"Port {taken.Port}, which the dashboard needs, is taken by another program: stop that program, or start on other ports (--port-offset 100 moves all of them by 100).");
    }
}
