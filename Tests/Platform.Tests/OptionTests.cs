using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Linnaeus.Platform.Tests;

/// <summary>What the AppHost says to options that make no sense, before anything starts.</summary>
public sealed class OptionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--access", "perhaps", "--access must be open or required, got 'perhaps'.")]
    [InlineData("--quickstart", "maybe", "--quickstart must be true or false, got 'maybe'.")]
    [InlineData("--port-offset", "50000", "--port-offset must be an integer from 0 to 40000, got '50000'.")]
    public async Task A_value_without_meaning_is_named_with_those_that_have_one(string option, string value, string message)
    {
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => CreateAsync(option, value));
        Assert.Contains(message, refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_is_refused_ends_with_one_sentence()
    {
        using var run = Process.Start(new ProcessStartInfo("dotnet",
            ["run", "--no-build", "--project", Path.Combine(Repository.Root, "AppHost"), "--", "--access", "perhaps"])
        { RedirectStandardError = true })!;
        var said = await run.StandardError.ReadToEndAsync(Cancellation);
        await run.WaitForExitAsync(Cancellation);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("error: --access must be open or required, got 'perhaps'.", said.Trim());
    }

    [Fact]
    public async Task A_taken_port_is_named_with_whom_it_is_for()
    {
        var offset = RunningPlatform.FreeOffset();
        using var taken = new TcpListener(IPAddress.Loopback, 5502 + offset);
        taken.Start();
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => CreateAsync("--port-offset", $"{offset}"));
        Assert.Contains($"Port {5502 + offset}, where explainer is to listen, is taken.", refusal.ToString(), StringComparison.Ordinal);
    }

    private static async Task CreateAsync(params string[] options)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(options, Cancellation);
    }
}
