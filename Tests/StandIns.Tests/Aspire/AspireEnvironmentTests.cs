using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Runtime;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Linnaeus.StandIns.Tests.AspireHosting;

/// <summary>The variables a service sees, as observed with Aspire 13.5.2.</summary>
public sealed class AspireEnvironmentTests
{
    [Fact]
    public async Task A_project_sees_its_profile_its_urls_and_where_telemetry_goes()
    {
        using var builder = DistributedApplicationTestingBuilder.Create("--environment", "Development");
        var registry = builder.AddProject<SampleProject>("registry");

        var (variables, replica) = await VariablesAsync(builder, registry.Resource);

        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_URLS"] = "http://localhost:5711",
                ["DOTNET_LAUNCH_PROFILE"] = "http",
                ["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = "true",
                ["LOGGING__CONSOLE__FORMATTERNAME"] = "simple",
                ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
                ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://localhost:4317",
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
                ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true",
                ["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
                ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={replica.InstanceId}",
                ["OTEL_SERVICE_NAME"] = "registry",
                ["OTEL_TRACES_SAMPLER"] = "always_on",
            },
            variables);
    }

    [Fact]
    public async Task Outside_Development_telemetry_is_not_hurried()
    {
        using var builder = DistributedApplicationTestingBuilder.Create("--environment", "Production");
        var (variables, _) = await VariablesAsync(builder, builder.AddProject<SampleProject>("registry").Resource);
        Assert.DoesNotContain("OTEL_BSP_SCHEDULE_DELAY", variables.Keys);
        Assert.DoesNotContain("OTEL_TRACES_SAMPLER", variables.Keys);
        Assert.Equal("in_memory", variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"]);
    }

    [Fact]
    public async Task The_AppHosts_own_profile_selects_the_projects()
    {
        using var builder = DistributedApplicationTestingBuilder.Create("--DOTNET_LAUNCH_PROFILE", "https");
        var (variables, _) = await VariablesAsync(builder, builder.AddProject<SampleProject>("registry").Resource);
        Assert.Equal("https://localhost:7711;http://localhost:5711", variables["ASPNETCORE_URLS"]);
        Assert.Equal("7711", variables["ASPNETCORE_HTTPS_PORT"]);
        Assert.Equal("Staging", variables["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal("https", variables["DOTNET_LAUNCH_PROFILE"]);
    }

    [Fact]
    public async Task A_dashboard_with_a_key_is_told_to_those_who_send_to_it()
    {
        var builder = DistributedApplication.CreateBuilder(
            ["--ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "http://localhost:15502", "--AppHost:OtlpApiKey", "k3y"]);
        var (variables, _) = await VariablesAsync(builder, builder.AddProject<SampleProject>("registry").Resource);
        Assert.Equal("http://localhost:15502", variables["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal("http/protobuf", variables["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal("x-otlp-api-key=k3y", variables["OTEL_EXPORTER_OTLP_HEADERS"]);
    }

    [Fact]
    public async Task A_reference_gives_both_styles_of_address()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var registry = builder.AddProject<SampleProject>("model-registry").WithHttpEndpoint(port: 5712, name: "admin-api");
        var trainer = builder.AddExecutable("trainer", "true", "/").WithReference(registry);

        var (variables, _) = await VariablesAsync(builder, trainer.Resource);

        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["MODEL_REGISTRY_ADMIN_API"] = "http://localhost:5712",
                ["MODEL_REGISTRY_HTTP"] = "http://localhost:5711",
                ["services__model-registry__admin-api__0"] = "http://localhost:5712",
                ["services__model-registry__http__0"] = "http://localhost:5711",
            },
            variables);
    }

    [Fact]
    public async Task A_reference_by_another_name_keeps_that_names_case()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var registry = builder.AddProject<SampleProject>("registry");
        var trainer = builder.AddExecutable("trainer", "true", "/").WithReference(registry, "the-Store");
        var (variables, _) = await VariablesAsync(builder, trainer.Resource);
        Assert.Equal(["services__the-Store__http__0", "the_Store_HTTP"], variables.Keys);
    }

    [Fact]
    public async Task A_reference_to_one_endpoint_gives_that_one_only()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var storage = builder.AddExecutable("storage", "true", "/").WithHttpEndpoint(port: 5713, name: "blob").WithHttpEndpoint(port: 5714, name: "queue");
        var registry = builder.AddExecutable("registry", "true", "/").WithReference(storage.GetEndpoint("blob"));
        var (variables, _) = await VariablesAsync(builder, registry.Resource);
        Assert.Equal(["STORAGE_BLOB", "services__storage__blob__0"], variables.Keys);
    }

    [Fact]
    public async Task Connection_strings_are_made_of_endpoints_and_parameters()
    {
        using var builder = DistributedApplicationTestingBuilder.Create("--Parameters:account_key", "s3cret");
        var storage = builder.AddExecutable("storage", "true", "/").WithHttpEndpoint(port: 5713, name: "blob");
        var key = builder.AddParameter("account-key", secret: true);
        var blobs = builder.AddConnectionString(
            "blobs", ReferenceExpression.Create($"Key={key};Blob=http://127.0.0.1:{storage.GetEndpoint("blob").Property(EndpointProperty.Port)}/{{x}}"));
        var registry = builder.AddExecutable("registry", "true", "/").WithReference(blobs).WithReference(blobs, connectionName: "again");
        var (variables, _) = await VariablesAsync(builder, registry.Resource);
        Assert.Equal("Key=s3cret;Blob=http://127.0.0.1:5713/{x}", variables["ConnectionStrings__blobs"]);
        Assert.Equal(variables["ConnectionStrings__blobs"], variables["ConnectionStrings__again"]);
    }

    [Fact]
    public async Task A_configured_connection_string_may_have_a_variable_of_its_own()
    {
        using var builder = DistributedApplicationTestingBuilder.Create("--ConnectionStrings:db", "Host=h");
        var registry = builder.AddExecutable("registry", "true", "/")
            .WithReference(builder.AddConnectionString("db", "DATABASE"))
            .WithReference(builder.AddConnectionString("absent"), optional: true);
        var (variables, _) = await VariablesAsync(builder, registry.Resource);
        Assert.Equal(new SortedDictionary<string, string> { ["DATABASE"] = "Host=h" }, variables);
    }

    [Fact]
    public async Task A_missing_value_names_its_key()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var registry = builder.AddExecutable("registry", "true", "/").WithReference(builder.AddConnectionString("db"));
        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => VariablesAsync(builder, registry.Resource));
        Assert.Contains("ConnectionStrings:db", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_with_a_variable_of_its_own_is_not_among_the_urls()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var registry = builder.AddProject<SampleProject>("registry").WithHttpEndpoint(port: 5715, name: "metrics", env: "METRICS_PORT");
        var (variables, _) = await VariablesAsync(builder, registry.Resource);
        Assert.Equal("5715", variables["METRICS_PORT"]);
        Assert.Equal("http://localhost:5711", variables["ASPNETCORE_URLS"]);
    }

    [Fact]
    public async Task Later_calls_win_and_interpolated_strings_are_read_at_start()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var storage = builder.AddExecutable("storage", "true", "/").WithHttpEndpoint(port: 5716);
        var registry = builder.AddExecutable("registry", "true", "/")
            .WithEnvironment("A", "1").WithEnvironment("A", "2")
            .WithEnvironment("B", $"{storage.GetEndpoint("http")}/path")
            .WithEnvironment("C", storage.GetEndpoint("http"))
            .WithArgs("--url", storage.GetEndpoint("http"));
        var (variables, replica) = await VariablesAsync(builder, registry.Resource);
        Assert.Equal(("2", "http://localhost:5716/path", "http://localhost:5716"), (variables["A"], variables["B"], variables["C"]));
        Assert.Equal(["--url", "http://localhost:5716"], await replica.GetArgumentsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void An_address_is_not_read_before_there_is_one()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var endpoint = builder.AddExecutable("storage", "true", "/").WithHttpEndpoint().GetEndpoint("http");
        Assert.False(endpoint.IsAllocated);
        Assert.Throws<InvalidOperationException>(() => endpoint.Url);
    }

    /// <summary>The ports that were asked for, as when run outside a test.</summary>
    private static async Task<(IDictionary<string, string> Variables, ReplicaConfiguration Replica)> VariablesAsync(
        IDistributedApplicationBuilder builder, IResource resource)
    {
        var ports = new EndpointAllocator(randomized: false).Allocate(builder.Resources);
        var replica = new ReplicaConfiguration(resource, 0, ports, builder.ExecutionContext);
        return (await replica.GetEnvironmentAsync(NullLogger.Instance, TestContext.Current.CancellationToken), replica);
    }
}
