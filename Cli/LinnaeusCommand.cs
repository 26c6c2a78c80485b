using System.CommandLine;
using Linnaeus.Cli.Commands;

namespace Linnaeus.Cli;

/// <summary>The root command.</summary>
internal static class LinnaeusCommand
{
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        var parsed = Create(output, error).Parse(args);
        var status = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, cancellationToken);
        return parsed.Errors.Count > 0 ? ExitCodes.BadInput : status;
    }

    private static RootCommand Create(TextWriter output, TextWriter error)
    {
        var platform = new PlatformOptions();
        var runner = new CommandRunner(platform, output, error);
        var root = new RootCommand("Command-line client for Linnaeus.")
        {
            TrainCommand.Create(runner),
            JobsCommand.Create(runner),
            RunsCommand.Create(runner),
            ModelsCommand.Create(runner),
            CompareCommand.Create(runner),
            PromoteCommand.Create(runner),
            ExplainCommand.Create(runner),
            PredictCommand.Create(runner),
            GarbageCommand.Create(runner),
            TokensCommand.Create(runner),
        };
        platform.AddTo(root);
        return root;
    }
}
