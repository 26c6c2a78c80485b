namespace Linnaeus.AppHost;

/// <summary>How an AppHost ends that cannot start.</summary>
internal static class FatalErrors
{
    /// <summary>A <see cref="DistributedApplicationException"/> says all there is to know: its message replaces the stack trace, and the exit code is 1.</summary>
    public static void TellInOneSentence() => AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
    {
        if (unhandled.ExceptionObject is not DistributedApplicationException fault)
            return;
        Console.Error.WriteLine($"error: {fault.Message}");
        Environment.Exit(1);
    };
}
