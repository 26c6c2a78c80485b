namespace Linnaeus.Cli;

/// <summary>What the process's status tells a script.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The work itself failed: a job that ended FAILED or CANCELLED, a promotion that the alias's policy refuses.</summary>
    public const int Failed = 1;

    /// <summary>The command line, a file or a request has a fault, or names what does not exist.</summary>
    public const int BadInput = 2;

    /// <summary>The platform cannot be reached or has a fault of its own; the same command may succeed later.</summary>
    public const int Unavailable = 3;

    /// <summary>Ctrl+C.</summary>
    public const int Interrupted = 130;
}
