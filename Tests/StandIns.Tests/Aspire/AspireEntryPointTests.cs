using System.Reflection;
using System.Runtime.InteropServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace Linnaeus.StandIns.Tests.AspireHosting;

/// <summary>AppHosts as programs of their own, and in the hands of a test.</summary>
public sealed partial class AspireEntryPointTests : IDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    private const string Program = """
        using Aspire.Hosting;

        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });
        var folder = builder.Configuration["folder"]!;
        builder.AddExecutable("tree", "/bin/sh", folder, "-c", "sleep 1000 & echo $! >> started; echo $$ >> started; wait");
        builder.Build().Run();
        Console.WriteLine("ended");
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("linnaeus-aspire-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task SIGTERM_ends_the_AppHost_and_all_it_started()
    {
        using var program = CompiledProgram.Start(Program, "--folder", folder);
        var started = await StartedAsync();
        Assert.Equal(0, Kill(program.Id, SigTerm));
        await program.WaitForExitAsync(Token);
        Assert.Equal(0, program.ExitCode);
        Assert.Contains("ended", await program.StandardOutput.ReadToEndAsync(Token), StringComparison.Ordinal);
        await Processes.AssertGoneAsync(started);
    }

    [Fact]
    public async Task Nothing_survives_an_AppHost_that_is_killed()
    {
        using var program = CompiledProgram.Start(Program, "--folder", folder);
        var started = await StartedAsync();
        Assert.All(started, process => Assert.True(Processes.Lives(process)));
        Assert.Equal(0, Kill(program.Id, SigKill));
        await Processes.AssertGoneAsync(started);
    }

    [Fact]
    public async Task A_signal_from_the_terminal_reaches_the_AppHost_only()
    {
        using var program = CompiledProgram.Start(Program, "--folder", folder);
        var started = await StartedAsync();
        var group = GetProcessGroup(program.Id);
        Assert.All(started, process => Assert.NotEqual(group, GetProcessGroup(process)));
        Assert.Equal(0, Kill(program.Id, SigTerm));
        await program.WaitForExitAsync(Token);
    }

    [Theory]
    [InlineData("--operation", "publish")]
    [InlineData("--publisher", "manifest")]
    public async Task Publishing_is_refused_in_one_sentence(params string[] args)
    {
        using var program = CompiledProgram.Start(Program, [.. args, "--folder", folder]);
        var errors = await program.StandardError.ReadToEndAsync(Token);
        await program.WaitForExitAsync(Token);
        Assert.Equal(1, program.ExitCode);
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
        Assert.Contains("infra/k8s", errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
        Assert.False(File.Exists(Path.Combine(folder, "started")));
    }

    [Fact]
    public async Task A_dashboard_without_addresses_says_how_to_give_them()
    {
        using var program = CompiledProgram.Start("Aspire.Hosting.DistributedApplication.CreateBuilder(args).Build().Run();");
        var errors = await program.StandardError.ReadToEndAsync(Token);
        await program.WaitForExitAsync(Token);
        Assert.Equal(1, program.ExitCode);
        Assert.Contains("ASPNETCORE_URLS", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_gets_the_builder_of_an_entry_point_before_it_is_built()
    {
        var assembly = CompiledProgram.Load(Program);
        await using var builder = await CreateAsync(assembly, ["--folder", folder]);
        Assert.Equal("tree", Assert.Single(builder.Resources).Name);
        builder.AddExecutable("added", "/bin/sh", folder, "-c", "exec sleep 1000");
        await using var app = await builder.BuildAsync(Token);
        await app.StartAsync(Token);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("added", Token);
        var started = await StartedAsync();
        await app.StopAsync(Token);
        await Processes.AssertGoneAsync(started);
    }

    [Fact]
    public async Task What_the_entry_point_throws_reaches_the_test()
    {
        var assembly = CompiledProgram.Load("throw new System.InvalidOperationException(\"no model\" + args.Length);");
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => CreateAsync(assembly, []));
        Assert.Equal("no model0", exception.Message);
    }

    /// <summary><c>CreateAsync&lt;Projects.AppHost&gt;(args)</c> for a class that exists at run time only.</summary>
    private static Task<IDistributedApplicationTestingBuilder> CreateAsync(Assembly assembly, string[] args)
    {
        var create = typeof(DistributedApplicationTestingBuilder).GetMethods().Single(m => m.Name == "CreateAsync" && m.GetParameters() is [{ Name: "args" }, { Name: "cancellationToken" }]);
        return (Task<IDistributedApplicationTestingBuilder>)create.MakeGenericMethod(assembly.GetTypes().Single(t => t.Name == "Program")).Invoke(null, [args, Token])!;
    }

    private async Task<int[]> StartedAsync()
    {
        var file = Path.Combine(folder, "started");
        await Processes.EventuallyAsync(() => File.Exists(file) && File.ReadAllLines(file).Length == 2, "the AppHost started nothing");
        return Processes.Read(file);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "getpgid")]
    private static partial int GetProcessGroup(int processId);
}
