using System.Buffers.Binary;
using System.Net;
using Aspire.Hosting.Dashboard;

namespace Linnaeus.StandIns.Tests;

/// <summary>Malformed messages, over gRPC, over HTTP and straight into the decoders: always refused, never a crash.</summary>
public sealed class DashboardGrpcTests
{
    [Fact]
    public async Task A_good_call_ends_with_status_0_in_the_trailers()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        var (status, body) = await CallAsync(dashboard, Frame(DashboardIngestTests.OneSpan()));
        Assert.Equal("0", status);
        Assert.Equal(new byte[5], body);
    }

    [Fact]
    public async Task Malformed_frames_and_messages_end_with_status_3()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        var good = DashboardIngestTests.OneSpan();
        Assert.Equal("3", (await CallAsync(dashboard, [])).Status);
        Assert.Equal("3", (await CallAsync(dashboard, [0, 0, 0])).Status);
        Assert.Equal("3", (await CallAsync(dashboard, [0, 0xFF, 0xFF, 0xFF, 0xFF, 1])).Status);
        Assert.Equal("3", (await CallAsync(dashboard, Frame(good[..^3]))).Status);
        Assert.Equal("12", (await CallAsync(dashboard, Frame(good), "/opentelemetry.proto.collector.trace.v1.TraceService/Import")).Status);
        using var client = await dashboard.ClientAsync();
        Assert.Equal(0, (await DashboardUnderTest.GetAsync(client, "/api/traces")).GetProperty("total").GetInt32());
        Assert.Equal("0", (await CallAsync(dashboard, Frame(good))).Status);
    }

    [Fact]
    public async Task Http_answers_400_to_a_truncated_message_and_415_to_json()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        foreach (var signal in new[] { "traces", "metrics", "logs" })
        {
            using var response = await dashboard.SendAsync(signal, DashboardIngestTests.OneSpan()[..^2]);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
        using var client = new HttpClient { BaseAddress = dashboard.Host.OtlpHttpUrl };
        using var json = new HttpRequestMessage(HttpMethod.Post, "/v1/traces") { Content = new StringContent("{}", null, "application/json"), Headers = { { "x-otlp-api-key", DashboardUnderTest.ApiKey } } };
        using var refused = await client.SendAsync(json);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, refused.StatusCode);
    }

    [Fact]
    public void Every_cut_and_six_thousand_mutations_are_decoded_or_refused()
    {
        var now = DateTimeOffset.UtcNow;
        byte[][] samples =
        [
            DashboardIngestTests.OneSpan(),
            DashboardOtlp.Export("a", "b", DashboardOtlp.Log(now, 9, "text", "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", ("k", 1.5))),
            DashboardOtlp.Export("a", "b", DashboardOtlp.Histogram("h", "s", now, [1, 2], [1, 2, 3]), DashboardOtlp.Gauge("g", "1", "", now, 2), DashboardOtlp.Counter("c", "1", now, 3)),
        ];
        var random = new Random(7);
        var refused = 0;
        foreach (var sample in samples)
        {
            for (var length = 0; length < sample.Length; length++)
                refused += Refused(sample[..length]);
            for (var i = 0; i < 2_000; i++)
            {
                var mutant = (byte[])sample.Clone();
                for (var change = random.Next(1, 4); change > 0; change--)
                    mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
                refused += Refused(mutant);
            }
        }
        Assert.True(refused > 600, $"only {refused} of the broken messages were recognised");
    }

    [Fact]
    public void Values_nested_without_end_are_refused()
    {
        Action<DashboardOtlp> value = any => any.Text(1, "x");
        for (var depth = 0; depth < 60; depth++)
        {
            var inner = value;
            value = any => any.Add(5, list => list.Add(1, inner));
        }
        var message = DashboardOtlp.Export("a", "b", log => log.Add(5, value));
        Assert.Contains("nested", Assert.Throws<InvalidDataException>(() => LogDecoder.Decode(message)).Message, StringComparison.Ordinal);
    }

    internal static byte[] Frame(byte[] message)
    {
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    internal static async Task<(string Status, byte[] Body)> CallAsync(
        DashboardUnderTest dashboard, byte[] frame, string path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export", string? key = DashboardUnderTest.ApiKey)
    {
        using var client = new HttpClient { BaseAddress = dashboard.Host.OtlpGrpcUrl };
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame) { Headers = { ContentType = new("application/grpc") } },
        };
        request.Headers.TE.Add(new("trailers"));
        if (key is not null)
            request.Headers.Add("x-otlp-api-key", key);
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        var status = response.TrailingHeaders.TryGetValues("grpc-status", out var trailer) ? trailer : response.Headers.GetValues("grpc-status");
        return (Assert.Single(status), body);
    }

    /// <summary>1 when a decoder refuses the message in the one way that it may.</summary>
    private static int Refused(byte[] message)
    {
        var refused = false;
        foreach (var decode in new Action<byte[]>[] { m => TraceDecoder.Decode(m), m => LogDecoder.Decode(m), m => MetricDecoder.Decode(m) })
        {
            try
            {
                decode(message);
            }
            catch (InvalidDataException)
            {
                refused = true;
            }
        }
        return refused ? 1 : 0;
    }
}
