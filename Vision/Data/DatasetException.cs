namespace Linnaeus.Vision.Data;

/// <summary>An unusable dataset; the message names the fault and the remedy.</summary>
public sealed class DatasetException(string message, Exception? inner = null) : Exception(message, inner);
