namespace Linnaeus.Cli;

/// <summary>Exit codes of the process.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The work failed: a job ended FAILED or CANCELLED, or the alias's policy rejected a promotion.</summary>
    public const int Failed = 1;

    /// <summary>The command line, a file or a request is invalid, or names something that does not exist.</summary>
    public const int BadInput = 2;

    /// <summary>The platform is unavailable or has an internal error; the same command may succeed later.</summary>
    public const int Unavailable = 3;

    /// <summary>Ctrl+C.</summary>
    public const int Interrupted = 130;
}
