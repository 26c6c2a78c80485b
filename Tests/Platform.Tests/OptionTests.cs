using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Linnaeus.Platform.Tests;

/// <summary>Errors of the AppHost for invalid options, before anything starts.</summary>
public sealed class OptionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--access", "perhaps", "--access must be open or required, got 'perhaps'.")]
    [InlineData("--quickstart", "maybe", "--quickstart must be true or false, got 'maybe'.")]
    [InlineData("--port-offset", "50000", "--port-offset must be an integer from 0 to 40000, got '50000'.")]
    public async Task An_invalid_option_is_named_with_its_allowed_values(string option, string value, string message)
    {
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => CreateAsync(option, value));
        Assert.Contains(message, refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_with_an_invalid_option_ends_with_one_message()
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
    public async Task A_port_in_use_is_named_with_its_service()
    {
        var offset = RunningPlatform.FreeOffset();
        using var taken = new TcpListener(IPAddress.Loopback, 5502 + offset);
        taken.Start();
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => CreateAsync("--port-offset", $"{offset}"));
        Assert.Contains($"Port {5502 + offset} of explainer is in use.", refusal.ToString(), StringComparison.Ordinal);
    }

    private static async Task CreateAsync(params string[] options)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(options, Cancellation);
    }
}
