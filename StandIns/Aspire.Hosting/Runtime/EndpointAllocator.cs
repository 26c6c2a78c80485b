using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Runtime;

/// <summary>Its presence among the services makes every port a random one (tests).</summary>
internal sealed record RandomizedPorts;

/// <summary>The port that one replica listens on for one endpoint.</summary>
internal sealed record ReplicaPort(EndpointAnnotation Endpoint, int Replica, int Port);

/// <summary>Chooses ports, and refuses those that are taken.</summary>
internal sealed class EndpointAllocator(bool randomized)
{
    // Below the range from which Linux takes ports for outgoing connections, so that none is lost between here and the bind.
    private const int FirstRandomPort = 20_000;
    private const int LastRandomPort = 32_000;

    private readonly HashSet<int> chosen = [];

    /// <summary>Gives every endpoint its address; the result tells where each replica listens.</summary>
    /// <exception cref="DistributedApplicationException">A port that was asked for is taken.</exception>
    public IReadOnlyList<ReplicaPort> Allocate(IEnumerable<IResource> resources)
    {
        var endpoints = resources.SelectMany(r => r.Annotations.OfType<EndpointAnnotation>(), (resource, endpoint) => (resource, endpoint)).ToArray();
        foreach (var (resource, endpoint) in endpoints)
            Reserve(resource, endpoint);
        return [.. endpoints.SelectMany(e => Allocate(e.resource, e.endpoint))];
    }

    /// <summary>Whether nothing on this machine listens on <paramref name="port"/> of the loopback addresses.</summary>
    public static bool IsFree(int port) => IsFree(IPAddress.Loopback, port) && IsFree(IPAddress.IPv6Loopback, port);

    private void Reserve(IResource resource, EndpointAnnotation endpoint)
    {
        if (randomized || (endpoint.Port ?? endpoint.TargetPort) is not { } port)
            return;
        if (!chosen.Add(port))
            throw new DistributedApplicationException($"Port {port} of endpoint '{endpoint.Name}' of resource '{resource.Name}' is wanted by another endpoint of this application too.");
        if (!IsFree(port))
            throw new DistributedApplicationException($"Port {port}, which resource '{resource.Name}' needs for its endpoint '{endpoint.Name}', is taken by another program: stop that program, or start on other ports (--port-offset 100 moves all of them by 100).");
    }

    private IEnumerable<ReplicaPort> Allocate(IResource resource, EndpointAnnotation endpoint)
    {
        var replicas = resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;
        var port = randomized ? Choose() : endpoint.Port ?? endpoint.TargetPort ?? Choose();
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", port);
        var target = endpoint.TargetPort is { } asked && !(randomized && asked == endpoint.Port) ? asked : (int?)null;
        if (target is not null && replicas > 1)
            throw new DistributedApplicationException($"Endpoint '{endpoint.Name}' of resource '{resource.Name}' has a fixed target port, which its {replicas} replicas cannot share.");
        for (var replica = 0; replica < replicas; replica++)
            yield return new ReplicaPort(endpoint, replica, target ?? (replicas == 1 ? port : Choose()));
    }

    private int Choose()
    {
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            var port = Random.Shared.Next(FirstRandomPort, LastRandomPort);
            if (IsFree(port) && chosen.Add(port))
                return port;
        }
        throw new DistributedApplicationException($"No free port was found between {FirstRandomPort} and {LastRandomPort}.");
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            return true; // no IPv6 here
        }
    }
}
