using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aspire.Hosting.Dashboard;

/// <summary>OTLP over HTTP with protobuf bodies (https://opentelemetry.io/docs/specs/otlp/#otlphttp).</summary>
internal static class OtlpHttp
{
    private const string Protobuf = "application/x-protobuf";

    public static void Map(IEndpointRouteBuilder routes, OtlpSink sink)
    {
        routes.MapPost("/v1/traces", context => AcceptAsync(context, sink, Signal.Traces));
        routes.MapPost("/v1/metrics", context => AcceptAsync(context, sink, Signal.Metrics));
        routes.MapPost("/v1/logs", context => AcceptAsync(context, sink, Signal.Logs));
    }

    private static async Task AcceptAsync(HttpContext context, OtlpSink sink, Signal signal)
    {
        try
        {
            sink.Authorise(context.Request);
            if (context.Request.ContentType?.Split(';')[0].Trim() != Protobuf)
                throw new OtlpRefusal(StatusCodes.Status415UnsupportedMediaType, 3, $"Send {Protobuf}; OTLP as JSON is not read here.");
            sink.Accept(signal, (await BodyAsync(context).ConfigureAwait(false)).Span);
            // An empty message says that everything was accepted.
            context.Response.ContentType = Protobuf;
        }
        catch (OtlpRefusal refusal)
        {
            context.Response.StatusCode = refusal.HttpStatus;
            context.Response.ContentType = Protobuf;
            await context.Response.Body.WriteAsync(Status(refusal), context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpContext context)
    {
        var body = await OtlpBody.ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        switch (context.Request.Headers.ContentEncoding.ToString())
        {
            case "" or "identity":
                return body;
            case "gzip":
                try
                {
                    return await OtlpBody.GunzipAsync(body, context.RequestAborted).ConfigureAwait(false);
                }
                catch (InvalidDataException fault)
                {
                    throw OtlpRefusal.Malformed($"The body is not gzip: {fault.Message}");
                }
            case var other:
                throw new OtlpRefusal(
                    StatusCodes.Status415UnsupportedMediaType, 12, $"Content-Encoding '{other}' is not supported: use gzip or none.");
        }
    }

    /// <summary>google.rpc.Status: 1 code, 2 message.</summary>
    private static byte[] Status(OtlpRefusal refusal)
    {
        var message = Encoding.UTF8.GetBytes(refusal.Message);
        using var status = new MemoryStream();
        status.Write([0x08, (byte)refusal.GrpcStatus, 0x12]);
        var length = message.Length;
        for (; length >= 0x80; length >>= 7)
            status.WriteByte((byte)(length | 0x80));
        status.WriteByte((byte)length);
        status.Write(message);
        return status.ToArray();
    }
}
