namespace Linnaeus.Vision.Imaging;

/// <summary>An image that cannot be used: what it is called, what is wrong with it and what to do about it.</summary>
public sealed class ImageFormatException : Exception
{
    public ImageFormatException(string file, string fault, string remedy, Exception? inner = null)
        : base($"{file}: {fault}. {remedy}", inner)
    {
        File = file;
        Fault = fault;
        Remedy = remedy;
    }

    /// <summary>Path or name by which the caller knows the image.</summary>
    public string File { get; }

    /// <summary>What is wrong, e.g. <c>not a valid image: empty file (0 bytes)</c>.</summary>
    public string Fault { get; }

    /// <summary>What to do, as a sentence.</summary>
    public string Remedy { get; }
}
