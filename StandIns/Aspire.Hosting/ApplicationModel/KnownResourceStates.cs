namespace Aspire.Hosting.ApplicationModel;

/// <summary>The states a resource goes through.</summary>
public static class KnownResourceStates
{
    /// <summary>Declared; start has not been asked for.</summary>
    public static readonly string NotStarted = nameof(NotStarted);

    /// <summary>Waits for other resources.</summary>
    public static readonly string Waiting = nameof(Waiting);

    /// <summary>Its process is being started, or started again after a crash.</summary>
    public static readonly string Starting = nameof(Starting);

    /// <summary>Its process runs; health is told apart by <see cref="CustomResourceSnapshot.HealthStatus"/>.</summary>
    public static readonly string Running = nameof(Running);

    /// <summary>Asked to stop.</summary>
    public static readonly string Stopping = nameof(Stopping);

    /// <summary>Stopped or crashed.</summary>
    public static readonly string Exited = nameof(Exited);

    /// <summary>Ended by itself with exit code 0.</summary>
    public static readonly string Finished = nameof(Finished);

    /// <summary>Its process could not be started: the console log says why.</summary>
    public static readonly string FailedToStart = nameof(FailedToStart);

    /// <summary>States in which no process is left.</summary>
    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}

/// <summary>Styles of a state.</summary>
public static class KnownResourceStateStyles
{
    public static readonly string Success = "success";
    public static readonly string Error = "error";
    public static readonly string Info = "info";
    public static readonly string Warn = "warning";
}

/// <summary>Commands that every process has.</summary>
public static class KnownResourceCommands
{
    public static readonly string StartCommand = "start";
    public static readonly string StopCommand = "stop";
    public static readonly string RestartCommand = "restart";
}
