namespace Aspire.Hosting.Runtime;

/// <summary>How an AppHost ends that cannot start.</summary>
internal static class FatalErrors
{
    private static int told;

    /// <summary>A <see cref="DistributedApplicationException"/> says all there is to know: its message replaces the stack trace, and the exit code is 1.</summary>
    public static void TellInOneSentence()
    {
        if (Interlocked.Exchange(ref told, 1) == 0)
            AppDomain.CurrentDomain.UnhandledException += Tell;
    }

    private static void Tell(object sender, UnhandledExceptionEventArgs unhandled)
    {
        if (unhandled.ExceptionObject is not DistributedApplicationException exception)
            return;
        Console.Error.WriteLine($"error: {exception.Message}");
        Environment.Exit(1);
    }
}
