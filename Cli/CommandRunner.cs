using System.CommandLine;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli;

/// <summary>Runs a command; returns one of <see cref="ExitCodes"/>.</summary>
internal delegate Task<int> CommandWork(ParseResult parsed, Platform platform, CancellationToken cancellationToken);

/// <summary>The platform's clients and the output of a command.</summary>
internal sealed record Platform(RegistryClient Registry, ExplainerClient Explainer, Answer Answer);

/// <summary>Runs commands and turns errors into a message and an exit code.</summary>
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
