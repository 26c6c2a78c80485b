using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard;

internal enum Signal
{
    Traces,
    Metrics,
    Logs,
}

/// <summary>Where both OTLP transports end: checks the key, decodes the whole export, then stores it.</summary>
internal sealed class OtlpSink(TelemetryStore store, string? apiKey)
{
    private readonly byte[]? _keyHash = apiKey is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(apiKey));

    public void Authorise(HttpRequest request)
    {
        if (_keyHash is null)
            return;
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(request.Headers["x-otlp-api-key"].ToString()));
        if (!CryptographicOperations.FixedTimeEquals(given, _keyHash))
            throw new OtlpRefusal(StatusCodes.Status401Unauthorized, 16, "The header x-otlp-api-key is missing or wrong.");
    }

    public void Accept(Signal signal, ReadOnlySpan<byte> message)
    {
        try
        {
            switch (signal)
            {
                case Signal.Traces:
                    store.Add(TraceDecoder.Decode(message));
                    break;
                case Signal.Metrics:
                    store.Add(MetricDecoder.Decode(message));
                    break;
                default:
                    store.Add(LogDecoder.Decode(message));
                    break;
            }
        }
        catch (InvalidDataException fault)
        {
            throw OtlpRefusal.Malformed($"The {signal.ToString().ToLowerInvariant()} export is malformed: {fault.Message}.");
        }
    }
}
