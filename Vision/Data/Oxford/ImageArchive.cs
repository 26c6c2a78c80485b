using System.Formats.Tar;
using System.IO.Compression;

namespace Linnaeus.Vision.Data.Oxford;

/// <summary>Unpacks a folder of images from a gzipped tar archive.</summary>
internal static class ImageArchive
{
    private const long LargestImage = 64L << 20;

    /// <summary>
    /// Writes the archive's files <c>folder/NAME.jpg</c> to <paramref name="target"/>, which appears whole or not at all. Anything else in the archive,
    /// above all names that lead elsewhere, is passed over.
    /// </summary>
    /// <exception cref="DatasetException">The archive is damaged.</exception>
    public static async Task ExtractAsync(Stream archive, string folder, string target, CancellationToken cancellation)
    {
        var partial = Directory.CreateDirectory($"{target}.{Guid.NewGuid():N}.partial").FullName;
        try
        {
            await using var inflated = new GZipStream(archive, CompressionMode.Decompress, leaveOpen: true);
            await using var tar = new TarReader(inflated);
            while (await tar.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false) is { } entry)
            {
                if (NameOf(entry, folder) is { } name)
                    await entry.ExtractToFileAsync(Path.Combine(partial, name), overwrite: false, cancellation).ConfigureAwait(false);
            }

            // Another worker may have unpacked it meanwhile.
            if (!Directory.Exists(target))
                Directory.Move(partial, target);
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException)
        {
            throw new DatasetException($"The archive of {target} is corrupt ({fault.Message}). Download it again.", fault);
        }
        finally
        {
            if (Directory.Exists(partial))
                Directory.Delete(partial, recursive: true);
        }
    }

    private static string? NameOf(TarEntry entry, string folder)
    {
        var parts = entry.Name.Split('/');
        var isImage = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && parts is [var first, _] && first == folder
            && Path.GetFileName(parts[1]) == parts[1] && parts[1].EndsWith(".jpg", StringComparison.OrdinalIgnoreCase) && entry.Length <= LargestImage;
        return isImage ? parts[1] : null;
    }
}
