using System.Net;
using System.Security.Cryptography;
using Linnaeus.Registry.Client.Work;
using Linnaeus.Trainer.Downloads;
using Linnaeus.Vision.Networks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Linnaeus.Services.Tests.Training;

/// <summary>Downloads of official files from a real server that misbehaves.</summary>
public sealed class DownloadTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("linnaeus-downloads-").FullName;
    private readonly byte[] content = RandomNumberGenerator.GetBytes(300_000);
    private readonly List<string> ranges = [];
    private readonly HttpClient http = ResumableDownload.CreateClient();
    private Func<HttpContext, Task> answer = _ => Task.CompletedTask;
    private WebApplication? server;

    private OfficialFile Weights => new("weights-0123.pth", HashAlgorithmName.SHA256, Convert.ToHexStringLower(SHA256.HashData(content))[..8]);

    private FileShelf Shelf => new(folder, new Uri(server!.Urls.First() + "/models/"), "WEIGHTS_DIR");

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.MapGet("/models/weights-0123.pth", async context =>
        {
            lock (ranges)
                ranges.Add(context.Request.Headers.Range.ToString());
            await answer(context);
        });
        await server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (server is not null)
            await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_broken_download_is_resumed()
    {
        answer = context => SendAsync(context, mostBytes: 120_000);
        var path = await Files().GetAsync(Weights, Shelf, TestContext.Current.CancellationToken);
        Assert.Equal(content, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal([path], Directory.GetFiles(folder));
        Assert.Equal("", ranges[0]);
        Assert.Equal("bytes=120000-", ranges[1]);
        Assert.Equal(3, ranges.Count);

        await Files().GetAsync(Weights, Shelf, TestContext.Current.CancellationToken);
        Assert.Equal(3, ranges.Count); // it is there
    }

    [Fact]
    public async Task A_partial_download_is_completed_even_by_a_server_without_ranges()
    {
        await File.WriteAllBytesAsync(Path.Combine(folder, "weights-0123.pth.partial"), content[..1000], TestContext.Current.CancellationToken);
        answer = context => context.Response.Body.WriteAsync(content).AsTask();
        var path = await Files().GetAsync(Weights, Shelf, TestContext.Current.CancellationToken);
        Assert.Equal(content, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal(["bytes=1000-"], ranges);
    }

    [Fact]
    public async Task Several_at_once_download_it_once()
    {
        answer = context => SendAsync(context, content.Length);
        var paths = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Files().GetAsync(Weights, Shelf, TestContext.Current.CancellationToken)));
        Assert.Single(paths.Distinct());
        Assert.Single(ranges);
    }

    [Fact]
    public async Task A_file_with_the_wrong_digest_is_not_kept()
    {
        answer = context => context.Response.WriteAsync("<html>Please log in</html>");
        var fault = await Assert.ThrowsAsync<JobFaultException>(() => Files().GetAsync(Weights, Shelf, TestContext.Current.CancellationToken));
        Assert.Contains($"not {Weights.Digest}", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));

        var damaged = Path.Combine(folder, Weights.Name);
        await File.WriteAllTextAsync(damaged, "damaged", TestContext.Current.CancellationToken);
        fault = await Assert.ThrowsAsync<JobFaultException>(() => Files().GetAsync(Weights, Shelf, TestContext.Current.CancellationToken));
        Assert.Contains($"{damaged} is not the official file", fault.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(damaged)); // somebody put it there
    }

    [Theory]
    [InlineData(404, 1)]
    [InlineData(503, 6)]
    public async Task A_refused_download_names_the_missing_file_and_its_folder(int status, int attempts)
    {
        answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        var fault = await Assert.ThrowsAsync<JobFaultException>(() => Files().GetAsync(Weights, Shelf, TestContext.Current.CancellationToken));
        Assert.Contains($"weights-0123.pth is not in {folder}", fault.Message, StringComparison.Ordinal);
        Assert.Contains($"put that file into {folder} (WEIGHTS_DIR can name another folder)", fault.Message, StringComparison.Ordinal);
        Assert.Contains($"{status}", fault.Message, StringComparison.Ordinal);
        Assert.Equal(attempts, ranges.Count);
    }

    [Fact]
    public async Task A_download_without_network_names_the_missing_file_and_its_folder()
    {
        var closed = Shelf with { Address = new Uri("http://no-such-host.invalid/models/") };
        var fault = await Assert.ThrowsAsync<JobFaultException>(() => Files().GetAsync(Weights, closed, TestContext.Current.CancellationToken));
        Assert.Contains("On a closed network put that file into", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_network_has_official_weights_whose_name_and_digest_agree()
    {
        foreach (var architecture in Enum.GetValues<Architecture>())
        {
            var file = ImageNetWeights.Of(architecture);
            Assert.Equal(file.Digest[..8], Path.GetFileNameWithoutExtension(file.Name)[^8..]);
            Assert.StartsWith(architecture.Name(), file.Name, StringComparison.Ordinal);
        }
    }

    private OfficialFiles Files() =>
        new(new ResumableDownload(http) { Pause = TimeSpan.FromMilliseconds(1) }, NullLogger<OfficialFiles>.Instance);

    /// <summary>Serves ranges, and breaks the connection after so many bytes.</summary>
    private async Task SendAsync(HttpContext context, int mostBytes)
    {
        var from = (int)(context.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0);
        if (from > 0)
        {
            context.Response.StatusCode = (int)HttpStatusCode.PartialContent;
            context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        context.Response.ContentLength = content.Length - from;
        await context.Response.Body.WriteAsync(content.AsMemory(from, Math.Min(mostBytes, content.Length - from)));
        await context.Response.Body.FlushAsync();
        if (content.Length - from > mostBytes)
        {
            var partial = new FileInfo(Path.Combine(folder, "weights-0123.pth.partial"));
            for (; partial.Length < from + mostBytes; partial.Refresh())
                await Task.Delay(10); // what was sent should arrive before the connection breaks
            context.Abort();
        }
    }
}
