namespace Linnaeus.Vision.Checkpoints;

/// <summary>An unusable checkpoint or model folder; the message names the file, the fault and the remedy.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Creates the exception.</summary>
    public CheckpointException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception over its cause.</summary>
    public CheckpointException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates the exception without a message of its own.</summary>
    public CheckpointException()
    {
    }
}
