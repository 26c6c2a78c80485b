namespace Linnaeus.Vision.Imaging;

/// <summary>An unusable image: its name, the fault and the remedy.</summary>
public sealed class ImageFormatException : Exception
{
    public ImageFormatException(string file, string fault, string remedy, Exception? inner = null)
        : base($"{file}: {fault}. {remedy}", inner)
    {
        File = file;
        Fault = fault;
        Remedy = remedy;
    }

    /// <summary>Path or name given by the caller.</summary>
    public string File { get; }

    /// <summary>The fault, e.g. <c>not a valid image: empty file (0 bytes)</c>.</summary>
    public string Fault { get; }

    /// <summary>The remedy, as a sentence.</summary>
    public string Remedy { get; }
}
