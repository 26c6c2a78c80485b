namespace Linnaeus.AppHost;

/// <summary>How the AppHost reports fatal startup errors.</summary>
internal static class FatalErrors
{
    /// <summary>
    /// Prints the message of a <see cref="DistributedApplicationException"/> instead of a stack trace; the exit code is 1.
    /// </summary>
    public static void TellInOneSentence() => AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
    {
        if (unhandled.ExceptionObject is not DistributedApplicationException fault)
            return;
        Console.Error.WriteLine($"error: {fault.Message}");
        Environment.Exit(1);
    };
}
