namespace Linnaeus.Vision.Imaging;

/// <summary>Decodes JPEG, PNG and WebP, detected by their first bytes, never by file name.</summary>
public static class ImageDecoder
{
    /// <summary>Larger files are rejected unread: no image within the pixel limit needs as much.</summary>
    private const long MaxFileBytes = 512L << 20;

    /// <summary>Decodes an image in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Path or name for error messages.</param>
    /// <param name="options">Limits; the defaults when absent.</param>
    /// <exception cref="ImageFormatException">The bytes are not a valid image within the limits.</exception>
    /// <exception cref="DllNotFoundException">The codec's library is missing; the message names the package.</exception>
    public static Image Decode(ReadOnlySpan<byte> bytes, string name, DecodeOptions? options = null)
    {
        options ??= DecodeOptions.Default;
        return ImageSignature.Detect(bytes, out var whatInstead) switch
        {
            ImageType.Jpeg => JpegCodec.Decode(bytes, name, options),
            ImageType.Png => PngCodec.Decode(bytes, name, options),
            ImageType.WebP => WebPCodec.Decode(bytes, name, options),
            _ => throw new ImageFormatException(name, whatInstead, "Replace it with a JPEG, PNG or WebP image, or remove it"),
        };
    }

    /// <summary>Reads and decodes a file.</summary>
    /// <inheritdoc cref="Decode"/>
    public static Image DecodeFile(string path, DecodeOptions? options = null) => Decode(ReadFile(path), path, options);

    /// <summary>Reads and decodes a file.</summary>
    /// <inheritdoc cref="Decode"/>
    public static async Task<Image> DecodeFileAsync(string path, DecodeOptions? options = null, CancellationToken cancellation = default) =>
        Decode(await ReadFileAsync(path, cancellation).ConfigureAwait(false), path, options);

    internal static async Task<byte[]> ReadFileAsync(string path, CancellationToken cancellation)
    {
        try
        {
            CheckFileSize(path);
            return await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, fault);
        }
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            CheckFileSize(path);
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, fault);
        }
    }

    private static void CheckFileSize(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaxFileBytes and var length })
            throw new ImageFormatException(path, $"it is {length >> 20} MiB", $"The limit is {MaxFileBytes >> 20} MiB; remove the file");
    }

    private static ImageFormatException Unreadable(string path, Exception fault) =>
        new(path, $"it cannot be read ({fault.Message})", "Check that the file exists and that this process may read it", fault);
}
