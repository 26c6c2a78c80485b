using System.Buffers.Binary;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// OTLP over gRPC: unary calls on HTTP/2 without TLS, framed as in
/// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md.
/// </summary>
internal static class OtlpGrpc
{
    private const int HeaderBytes = 5;

    public static void Map(IEndpointRouteBuilder routes, OtlpSink sink)
    {
        routes.MapPost(Path("trace", "Trace"), context => AcceptAsync(context, sink, Signal.Traces));
        routes.MapPost(Path("metrics", "Metrics"), context => AcceptAsync(context, sink, Signal.Metrics));
        routes.MapPost(Path("logs", "Logs"), context => AcceptAsync(context, sink, Signal.Logs));
        routes.MapPost("/{service}/{method}", (HttpContext context) => Refuse(context, 12, "No such OTLP service."));
    }

    private static string Path(string package, string service) =>
        $"/opentelemetry.proto.collector.{package}.v1.{service}Service/Export";

    private static async Task AcceptAsync(HttpContext context, OtlpSink sink, Signal signal)
    {
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true || !context.Response.SupportsTrailers())
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }
        try
        {
            sink.Authorise(context.Request);
            sink.Accept(signal, (await MessageAsync(context).ConfigureAwait(false)).Span);
        }
        catch (OtlpRefusal refusal)
        {
            Refuse(context, refusal.GrpcStatus, refusal.Message);
            return;
        }
        context.Response.ContentType = "application/grpc";
        // An empty message says that everything was accepted.
        await context.Response.Body.WriteAsync(new byte[HeaderBytes], context.RequestAborted).ConfigureAwait(false);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>An answer of headers only, as gRPC gives for a call that failed before any message.</summary>
    private static void Refuse(HttpContext context, int status, string message)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(message);
    }

    private static async Task<ReadOnlyMemory<byte>> MessageAsync(HttpContext context)
    {
        var frame = await OtlpBody.ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        if (frame.Length < HeaderBytes)
            throw OtlpRefusal.Malformed("The call carries no gRPC message.");
        var length = BinaryPrimitives.ReadUInt32BigEndian(frame.Span[1..]);
        if (length != frame.Length - HeaderBytes)
            throw OtlpRefusal.Malformed($"The gRPC frame claims {length} bytes and carries {frame.Length - HeaderBytes}.");
        var message = frame[HeaderBytes..];
        if (frame.Span[0] == 0)
            return message;
        var encoding = context.Request.Headers["grpc-encoding"].ToString();
        if (frame.Span[0] != 1 || encoding != "gzip")
            throw new OtlpRefusal(StatusCodes.Status415UnsupportedMediaType, 12, $"grpc-encoding '{encoding}' is not supported: use gzip or none.");
        try
        {
            return await OtlpBody.GunzipAsync(message, context.RequestAborted).ConfigureAwait(false);
        }
        catch (InvalidDataException fault)
        {
            throw OtlpRefusal.Malformed($"The message is not gzip: {fault.Message}");
        }
    }
}
