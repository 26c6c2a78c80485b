using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource listens: on which port, for whom.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    public EndpointAnnotation(
        ProtocolType protocol,
        string? uriScheme = null,
        string? transport = null,
        string? name = null,
        int? port = null,
        int? targetPort = null,
        bool? isExternal = null,
        bool isProxied = true)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? (protocol == ProtocolType.Udp ? "udp" : "tcp");
        Transport = transport ?? (UriScheme is "http" or "https" ? "http" : UriScheme);
        Name = name ?? UriScheme;
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied;
        ResourceName.Validate(Name);
    }

    public string Name { get; set; }

    public ProtocolType Protocol { get; set; }

    public string UriScheme { get; set; }

    public string Transport { get; set; }

    /// <summary>Port that callers use; null: chosen at start.</summary>
    public int? Port { get; set; }

    /// <summary>Port that the process listens on; null: the same as <see cref="Port"/>, or chosen per replica.</summary>
    public int? TargetPort { get; set; }

    /// <summary>Meant for callers outside the application.</summary>
    public bool IsExternal { get; set; }

    /// <summary>
    /// A proxy may stand between callers and the process. This stand-in uses one only where it must: for several
    /// replicas, and where <see cref="Port"/> and <see cref="TargetPort"/> differ.
    /// </summary>
    public bool IsProxied { get; set; }

    /// <summary>Variable that receives the target port; such an endpoint is left out of <c>ASPNETCORE_URLS</c>.</summary>
    internal string? TargetPortEnvironmentVariable { get; set; }

    /// <summary>The address callers use, once it is known.</summary>
    public AllocatedEndpoint? AllocatedEndpoint { get; set; }
}

/// <summary>The address of an endpoint.</summary>
public class AllocatedEndpoint
{
    public AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);
        Endpoint = endpoint;
        Address = address;
        Port = port;
    }

    public EndpointAnnotation Endpoint { get; }

    public string Address { get; }

    public int Port { get; }

    public string UriScheme => Endpoint.UriScheme;

    public string EndPointString => $"{Address}:{Port}";

    public string UriString => $"{UriScheme}://{EndPointString}";

    public override string ToString() => UriString;
}
