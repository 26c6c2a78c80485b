using System.Collections.Concurrent;
using System.Text;

namespace Linnaeus.Testing;

/// <summary>An OTLP/HTTP collector that records requests, parsed from the real protobuf bytes.</summary>
public sealed class OtlpSink : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Signal, ProtobufMessage Request)> _requests = new();
    private readonly ConcurrentQueue<byte[]> _bytes = new();
    private KestrelStub? _server;

    public Uri Address => _server!.Address;

    public IReadOnlyList<OtlpSpan> Spans =>
    [
        .. from item in Items("traces")
           select new OtlpSpan(
               item.Service, item.Message.Text(5), item.Message.Hex(1), item.Message.Hex(2), item.Message.Hex(4), (int)item.Message.Number(6), item.Message.Attributes(9),
               item.Message.Messages(15).Any(status => status.Number(3) == 2)),
    ];

    public IReadOnlyList<OtlpLog> Logs =>
        [.. from item in Items("logs") select new OtlpLog(item.Service, item.Message.Messages(5).First().Text(1), item.Message.Hex(9))];

    /// <summary>Service and name of each metric.</summary>
    public IReadOnlyList<(string Service, string Name)> Metrics => [.. from item in Items("metrics") select (item.Service, item.Message.Text(1))];

    /// <summary>Service and route of each series of a histogram.</summary>
    public IReadOnlyList<(string Service, string Route)> RoutesOf(string histogram) =>
    [
        .. from item in Items("metrics")
           where item.Message.Text(1) == histogram
           from point in item.Message.Messages(9).SelectMany(data => data.Messages(1))
           select (item.Service, point.Attributes(9).GetValueOrDefault("http.route", "")),
    ];

    public static async Task<OtlpSink> StartAsync()
    {
        var sink = new OtlpSink();
        sink._server = await KestrelStub.StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            sink._bytes.Enqueue(body.ToArray());
            sink._requests.Enqueue((context.Request.Path.Value!.Split('/')[^1], new ProtobufMessage(body.ToArray())));
        });
        return sink;
    }

    /// <summary>Whether any request contains <paramref name="text"/>.</summary>
    public bool Holds(string text) => _bytes.Any(request => request.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    /// <summary>Request: 1 resource groups. Group: 1 resource, 2 scope groups. Scope group: 2 items. The same for all three signals.</summary>
    private IEnumerable<(string Service, ProtobufMessage Message)> Items(string signal) =>
        from request in _requests
        where request.Signal == signal
        from resourceGroup in request.Request.Messages(1)
        let service = resourceGroup.Messages(1).First().Attributes(1)["service.name"]
        from scopeGroup in resourceGroup.Messages(2)
        from message in scopeGroup.Messages(2)
        select (service, message);
}

/// <param name="Kind">2 server, 3 client.</param>
/// <param name="Failed">Whether its status is an error.</param>
public sealed record OtlpSpan(
    string Service, string Name, string TraceId, string SpanId, string ParentId, int Kind, IReadOnlyDictionary<string, string> Attributes, bool Failed);

public sealed record OtlpLog(string Service, string Body, string TraceId);
