using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Linnaeus.Trainer.Downloads;

/// <summary>
/// Resumable HTTP downloads (range requests, RFC 9110 section 14). There is no limit on the total time, only
/// on the wait for the next bytes.
/// </summary>
public sealed class ResumableDownload(HttpClient http)
{
    private const int LargestPauses = 5;

    /// <summary>Longest wait for the next bytes.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>First pause after a broken connection; doubles with each attempt without progress.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Creates a client without a total timeout and with a short connect timeout.</summary>
    public static HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15), PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Appends the missing part of the content at an address to a file.</summary>
    /// <exception cref="HttpRequestException">The server refuses, or several attempts in a row made no progress.</exception>
    public async Task CompleteAsync(Uri address, FileStream target, CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            var before = target.Length;
            try
            {
                await AttemptAsync(address, target, cancellationToken);
                return;
            }
            catch (Exception fault) when (IsTransient(fault, cancellationToken))
            {
                failures = target.Length > before ? 1 : failures + 1;
                if (failures > LargestPauses)
                    throw new HttpRequestException($"{fault.Message} Gave up after {failures} attempts.", fault);
                await Task.Delay(Pause * Math.Pow(2, failures - 1), cancellationToken);
            }
        }
    }

    private async Task AttemptAsync(Uri address, FileStream target, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(Silence);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (target.Length > 0)
            request.Headers.Range = new RangeHeaderValue(target.Length, null);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && response.Content.Headers.ContentRange?.Length == target.Length)
            return; // already complete
        response.EnsureSuccessStatusCode();
        if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != target.Length)
            target.SetLength(0); // the server ignores ranges and sends the whole file
        target.Position = target.Length;
        await using var content = await response.Content.ReadAsStreamAsync(silence.Token);
        var buffer = new byte[1 << 17];
        while (true)
        {
            silence.CancelAfter(Silence);
            var count = await content.ReadAsync(buffer, silence.Token);
            if (count == 0)
                return;
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    /// <summary>Broken connections, timeouts and server errors are transient; other status codes are not.</summary>
    private static bool IsTransient(Exception fault, CancellationToken cancellationToken) => fault switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        HttpRequestException { StatusCode: { } status } => (int)status >= 500 || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => false,
        HttpRequestException or HttpIOException or IOException { InnerException: SocketException } => true,
        _ => false,
    };
}
