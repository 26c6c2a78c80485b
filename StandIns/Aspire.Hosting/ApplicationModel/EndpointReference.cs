namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint of a resource, known by name before its port is.</summary>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName)
{
    public IResourceWithEndpoints Resource { get; } = owner;

    public string EndpointName { get; } = endpointName;
}
