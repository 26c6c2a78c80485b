using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Runtime;

/// <summary>Spreads connections over the replicas of a resource, one after the other.</summary>
internal sealed class EndpointProxy : IAsyncDisposable
{
    private readonly IReadOnlyList<int> targets;
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;

    public EndpointProxy(int port, IReadOnlyList<int> targets)
    {
        this.targets = targets;
        listener = new TcpListener(Socket.OSSupportsIPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, port);
        listener.Start();
        var listeners = new List<TcpListener> { listener };
        if (Socket.OSSupportsIPv6)
        {
            second = new TcpListener(IPAddress.Loopback, port);
            second.Start();
            listeners.Add(second);
        }
        accepting = Task.WhenAll(listeners.Select(AcceptAsync));
    }

    private readonly TcpListener? second;
    private int next;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await accepting.ConfigureAwait(false);
        listener.Dispose();
        second?.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
                _ = ServeAsync(await from.AcceptTcpClientAsync(stop.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            from.Stop();
        }
    }

    private async Task ServeAsync(TcpClient caller)
    {
        using (caller)
        {
            using var replica = await ConnectAsync().ConfigureAwait(false);
            if (replica is null)
                return; // closing the connection is what a caller of a dead server sees
            try
            {
                await Task.WhenAny(CopyAsync(caller, replica), CopyAsync(replica, caller)).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return; // the application stops
            }
        }
    }

    private async Task<TcpClient?> ConnectAsync()
    {
        for (var attempt = 0; attempt < targets.Count; attempt++)
        {
            var target = targets[(Interlocked.Increment(ref next) & int.MaxValue) % targets.Count];
            var client = new TcpClient();
            try
            {
                await client.ConnectAsync("localhost", target, stop.Token).ConfigureAwait(false);
                return client;
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                client.Dispose(); // the next replica may listen
            }
        }
        return null;
    }

    private async Task CopyAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream(), stop.Token).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return; // one side hung up; both are closed
        }
    }
}
