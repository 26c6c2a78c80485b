using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Gives the connection string in <c>ConnectionStrings__NAME</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithConnectionString> source,
        string? connectionName = null,
        bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(source);
        var resource = source.Resource;
        var variable = resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{connectionName ?? resource.Name}";
        return builder
            .WithAnnotation(new ResourceRelationshipAnnotation(resource, "Reference"))
            .WithEnvironment(context => context.EnvironmentVariables[variable] = new ConnectionStringReference(resource, optional));
    }

    /// <summary>Gives the addresses of all endpoints, for service discovery.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment => builder.AddEndpoints(source.Resource, null, _ => true);

    /// <summary>As above, under another name.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source, string name)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.AddEndpoints(source.Resource, name, _ => true);
    }

    /// <summary>Gives the address of one endpoint, for service discovery.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(endpointReference);
        return builder.AddEndpoints(
            endpointReference.Resource, null, e => string.Equals(e.Name, endpointReference.EndpointName, StringComparison.OrdinalIgnoreCase));
    }

    private static IResourceBuilder<T> AddEndpoints<T>(
        this IResourceBuilder<T> builder, IResourceWithEndpoints source, string? name, Func<EndpointAnnotation, bool> wanted)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .WithAnnotation(new ResourceRelationshipAnnotation(source, "Reference"))
            .WithEnvironment(context =>
            {
                foreach (var endpoint in source.Annotations.OfType<EndpointAnnotation>().Where(wanted))
                    AddEndpoint(context.EnvironmentVariables, new EndpointReference(source, endpoint.Name), endpoint, name);
            });
    }

    /// <summary><c>REGISTRY_HTTP</c> for programs of any language, <c>services__registry__http__0</c> for .NET's service discovery.</summary>
    private static void AddEndpoint(Dictionary<string, object> variables, EndpointReference reference, EndpointAnnotation endpoint, string? name)
    {
        var service = name ?? reference.Resource.Name;
        var prefix = name is null ? Encode(service).ToUpperInvariant() : Encode(service);
        variables[$"{prefix}_{Encode(endpoint.Name).ToUpperInvariant()}"] = reference;

        var key = endpoint.Name is "http" or "https" ? endpoint.UriScheme : endpoint.Name;
        var index = 0;
        while (variables.TryGetValue($"services__{service}__{key}__{index}", out var taken) && !IsSame(taken, reference))
            index++;
        variables[$"services__{service}__{key}__{index}"] = reference;
    }

    private static bool IsSame(object value, EndpointReference reference) =>
        value is EndpointReference other && other.Resource == reference.Resource && other.EndpointName == reference.EndpointName;

    private static string Encode(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}

/// <summary>A connection string as the value of a variable: a missing one is an error unless it is optional.</summary>
internal sealed class ConnectionStringReference(IResourceWithConnectionString resource, bool optional) : IValueProvider
{
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var value = await resource.GetConnectionStringAsync(cancellationToken).ConfigureAwait(false);
            if (!string.IsNullOrEmpty(value) || optional)
                return value;
        }
        catch (DistributedApplicationException) when (optional)
        {
            return null;
        }
        throw new DistributedApplicationException($"The connection string for the resource '{resource.Name}' is not available.");
    }
}
