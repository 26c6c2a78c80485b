using System.CommandLine;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli;

/// <summary>What a command does, with the platform at hand; the result is one of <see cref="ExitCodes"/>.</summary>
internal delegate Task<int> CommandWork(ParseResult parsed, Platform platform, CancellationToken cancellationToken);

/// <summary>The platform that a command talks to, and how it answers.</summary>
internal sealed record Platform(RegistryClient Registry, ExplainerClient Explainer, Answer Answer);

/// <summary>Runs commands and turns faults into a sentence and an exit code.</summary>
internal sealed class CommandRunner(PlatformOptions options, TextWriter output, TextWriter error)
{
    public Func<ParseResult, CancellationToken, Task<int>> Run(CommandWork work) => async (parsed, cancellationToken) =>
    {
        try
        {
            var answer = new Answer(output, error, options.IsJson(parsed));
            return await work(parsed, new Platform(options.Registry(parsed), options.Explainer(parsed), answer), cancellationToken);
        }
        catch (RegistryException fault)
        {
            return Tell(fault.Message, fault.IsTransient ? ExitCodes.Unavailable : ExitCodes.BadInput);
        }
        catch (Exception fault) when (fault is FormatException or IOException or UnauthorizedAccessException)
        {
            return Tell(fault.Message, ExitCodes.BadInput);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    };

    private int Tell(string fault, int status)
    {
        error.WriteLine(fault);
        return status;
    }
}
