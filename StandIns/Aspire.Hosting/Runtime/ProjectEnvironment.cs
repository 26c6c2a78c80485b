using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Runtime;

/// <summary>The variables that every project gets.</summary>
internal static class ProjectEnvironment
{
    private const string DefaultOtlpEndpoint = "http://localhost:18889";

    /// <summary>Telemetry, and a console that can be read by people.</summary>
    public static void SetDefaults(EnvironmentCallbackContext context, IDistributedApplicationBuilder builder)
    {
        var variables = context.EnvironmentVariables;
        var (endpoint, protocol) = OtlpEndpoint(builder.Configuration);
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol;
        if (builder.Configuration["AppHost:OtlpApiKey"] is { Length: > 0 } key)
            variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={key}";
        variables["OTEL_SERVICE_NAME"] = context.Resource.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = new ReplicaValue(replica => $"service.instance.id={replica.InstanceId}");
        variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
        if (builder.Environment.IsDevelopment())
        {
            foreach (var name in new[] { "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_METRIC_EXPORT_INTERVAL" })
                variables[name] = "1000";
            variables["OTEL_TRACES_SAMPLER"] = "always_on";
            variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
            variables["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true";
        }
        variables["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = "true";
        variables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
    }

    public static void ApplyProfile(EnvironmentCallbackContext context, LaunchProfile profile)
    {
        context.EnvironmentVariables["DOTNET_LAUNCH_PROFILE"] = profile.Name;
        foreach (var (name, value) in profile.EnvironmentVariables)
            context.EnvironmentVariables.TryAdd(name, value);
    }

    /// <summary>Where Kestrel listens: all web endpoints but those that a variable of their own tells.</summary>
    public static void SetUrls(EnvironmentCallbackContext context)
    {
        var web = context.Resource.Annotations.OfType<EndpointAnnotation>()
            .Where(e => e is { UriScheme: "http" or "https", TargetPortEnvironmentVariable: null }).ToArray();
        if (web.Length == 0)
            return;
        context.EnvironmentVariables["ASPNETCORE_URLS"] = new ReplicaValue(replica =>
            string.Join(';', web.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.UriScheme}://localhost:{replica.TargetPort(e)}"))));
        if (web.FirstOrDefault(e => e.UriScheme == "https") is { } https)
            context.EnvironmentVariables["ASPNETCORE_HTTPS_PORT"] = new ReplicaValue(_ => $"{https.AllocatedEndpoint?.Port}");
    }

    private static (string Endpoint, string Protocol) OtlpEndpoint(ConfigurationManager configuration)
    {
        var grpc = configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] ?? configuration["DOTNET_DASHBOARD_OTLP_ENDPOINT_URL"];
        var http = configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"];
        return string.IsNullOrEmpty(grpc) && !string.IsNullOrEmpty(http)
            ? (http, "http/protobuf")
            : (string.IsNullOrEmpty(grpc) ? DefaultOtlpEndpoint : grpc, "grpc");
    }
}
