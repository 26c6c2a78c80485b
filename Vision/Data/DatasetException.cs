namespace Linnaeus.Vision.Data;

/// <summary>A dataset that cannot be trained on; the message names the fault and the remedy.</summary>
public sealed class DatasetException(string message, Exception? inner = null) : Exception(message, inner);
