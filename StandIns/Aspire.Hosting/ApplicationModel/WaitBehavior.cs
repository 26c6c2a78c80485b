namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a waiter does when the resource it waits for has ended.</summary>
public enum WaitBehavior
{
    /// <summary>Goes on waiting: it may be started again.</summary>
    WaitOnResourceUnavailable,

    /// <summary>Fails at once.</summary>
    StopOnResourceUnavailable,
}
