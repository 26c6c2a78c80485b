namespace Linnaeus.Vision.Checkpoints;

/// <summary>A checkpoint or model folder that cannot be used; the message names the file, the fault and, where there is one, the remedy.</summary>
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
