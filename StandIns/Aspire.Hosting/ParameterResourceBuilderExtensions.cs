using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Values from outside as resources.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>A value read from <c>Parameters:name</c>.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, [ResourceName] string name, bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(new ParameterResource(name, () => Configured(builder, name) ?? throw Missing("Parameter", $"Parameters:{name}", name), secret));
    }

    /// <summary>A value read from <c>Parameters:name</c>, else <paramref name="value"/>.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string value, bool publishValueAsDefault = false, bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(value);
        _ = publishValueAsDefault; // Matters to published output only.
        return builder.AddResource(new ParameterResource(name, () => Configured(builder, name) ?? value, secret));
    }

    /// <summary>A connection string read from <c>ConnectionStrings:name</c>, given on in <paramref name="environmentVariableName"/> when that is set.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string? environmentVariableName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(new ConnectionStringParameterResource(
            name,
            () => builder.Configuration.GetConnectionString(name) ?? throw Missing("Connection string", $"ConnectionStrings:{name}", name),
            environmentVariableName));
    }

    private static string? Configured(IDistributedApplicationBuilder builder, string name)
    {
        var section = builder.Configuration.GetSection("Parameters");
        return section[name] ?? section[name.Replace('-', '_')];
    }

    private static DistributedApplicationException Missing(string kind, string key, string name) =>
        new($"{kind} resource could not be used because configuration key '{key}' is missing: set it on the command line (--{key} VALUE) or in the environment. Resource: '{name}'.");
}

/// <summary>Connection strings made of other values.</summary>
public static class ConnectionStringBuilderExtensions
{
    /// <summary>A connection string with holes for endpoints and parameters.</summary>
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, ReferenceExpression connectionStringExpression)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connectionStringExpression);
        return builder.AddResource(new ConnectionStringResource(name, connectionStringExpression));
    }
}
