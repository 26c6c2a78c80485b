using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Runtime;

/// <summary>A value that differs from replica to replica.</summary>
internal sealed record ReplicaValue(Func<ReplicaConfiguration, string> Value);

/// <summary>One process of a resource: its id and ports, and from them its environment and arguments.</summary>
internal sealed class ReplicaConfiguration(IResource resource, int index, IReadOnlyList<ReplicaPort> ports, DistributedApplicationExecutionContext executionContext)
{
    public IResource Resource { get; } = resource;

    /// <summary>Eight letters that tell this process from the other replicas and from earlier starts of the application.</summary>
    public string InstanceId { get; } = string.Concat(Random.Shared.GetItems("abcdefghjkmnpqrstuvwxyz".AsSpan(), 8).ToArray());

    public string Id => $"{Resource.Name}-{InstanceId}";

    /// <summary>The port this replica listens on. For another resource's endpoint: its first replica's.</summary>
    public int TargetPort(EndpointAnnotation endpoint) =>
        (ports.FirstOrDefault(p => p.Endpoint == endpoint && p.Replica == index) ?? ports.First(p => p.Endpoint == endpoint)).Port;

    /// <summary>The declared variables, in the order of their names.</summary>
    public async Task<SortedDictionary<string, string>> GetEnvironmentAsync(ILogger logger, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(executionContext, Resource, cancellationToken: cancellationToken) { Logger = logger };
        foreach (var annotation in Resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await annotation.Callback(context).ConfigureAwait(false);
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            if (await ValueAsync(value, cancellationToken).ConfigureAwait(false) is { } text)
                values[name] = text;
        }
        return values;
    }

    public async Task<IReadOnlyList<string>> GetArgumentsAsync(CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], Resource, cancellationToken);
        foreach (var annotation in Resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
            await annotation.Callback(context).ConfigureAwait(false);
        var values = new List<string>();
        foreach (var argument in context.Args)
        {
            if (await ValueAsync(argument, cancellationToken).ConfigureAwait(false) is { } text)
                values.Add(text);
        }
        return values;
    }

    private async ValueTask<string?> ValueAsync(object? value, CancellationToken cancellationToken)
    {
        switch (value)
        {
            case null or string:
                return (string?)value;
            case ReplicaValue own:
                return own.Value(this);
            case EndpointReferenceExpression { Property: EndpointProperty.TargetPort } target:
                return TargetPort(target.Endpoint.EndpointAnnotation).ToString(CultureInfo.InvariantCulture);
            case ReferenceExpression expression:
                var parts = new object?[expression.ValueProviders.Count];
                for (var i = 0; i < parts.Length; i++)
                {
                    parts[i] = await ValueAsync(expression.ValueProviders[i], cancellationToken).ConfigureAwait(false);
                    if (parts[i] is null)
                        return null;
                }
                return string.Format(CultureInfo.InvariantCulture, expression.Format, parts);
            case IResourceBuilder<IResource> builder:
                return await ValueAsync(builder.Resource, cancellationToken).ConfigureAwait(false);
            case IValueProvider provider:
                return await provider.GetValueAsync(cancellationToken).ConfigureAwait(false);
            default:
                return Convert.ToString(value, CultureInfo.InvariantCulture);
        }
    }
}
