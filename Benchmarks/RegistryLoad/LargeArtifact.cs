using System.Diagnostics;
using System.Globalization;

namespace Linnaeus.Benchmarks.RegistryLoad;

/// <summary>Sends one large artifact and fetches it again while the Registry's memory is watched.</summary>
internal static class LargeArtifact
{
    private const string Path = "/api/2.0/mlflow-artifacts/artifacts/load/large.bin";

    public static async Task RunAsync(HttpClient http, Process registry, int mebibytes)
    {
        var length = (long)mebibytes << 20;
        var before = Peak(registry);
        var clock = Stopwatch.StartNew();
        using (var body = new StreamContent(new PatternStream(length), 1 << 17))
        using (var sent = await http.PutAsync(Path, body))
            sent.EnsureSuccessStatusCode();
        var up = clock.Elapsed.TotalSeconds;
        var peakUp = Peak(registry);

        clock.Restart();
        using var response = await http.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[1 << 17];
        var expected = new PatternStream(length);
        var reference = new byte[buffer.Length];
        long read = 0;
        while (await stream.ReadAsync(buffer) is > 0 and var count)
        {
            expected.ReadExactly(reference.AsSpan(0, count));
            if (!reference.AsSpan(0, count).SequenceEqual(buffer.AsSpan(0, count)))
                throw new InvalidOperationException($"The bytes that came back differ near {read}.");
            read += count;
        }
        if (read != length) throw new InvalidOperationException($"{read} of {length} bytes came back.");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{mebibytes} MiB up {mebibytes / up:F0} MiB/s, down {mebibytes / clock.Elapsed.TotalSeconds:F0} MiB/s; peak memory of the Registry: before {before:F0} MiB, after the upload {peakUp:F0} MiB, at the end {Peak(registry):F0} MiB"));
    }

    private static double Peak(Process process)
    {
        process.Refresh();
        return process.PeakWorkingSet64 / 1048576.0;
    }

    /// <summary>Bytes that differ from block to block and need no memory.</summary>
    private sealed class PatternStream(long length) : Stream
    {
        private long position;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => length;
        public override long Position { get => position; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, length - position);
            for (var i = 0; i < count; i++, position++) buffer[i] = (byte)((position * 31) ^ (position >> 12) ^ (position >> 23));
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
