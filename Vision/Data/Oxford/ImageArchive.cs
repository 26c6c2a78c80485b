using System.Formats.Tar;
using System.IO.Compression;

namespace Linnaeus.Vision.Data.Oxford;

/// <summary>Extracts an image folder from a gzipped tar archive.</summary>
internal static class ImageArchive
{
    private const long LargestImage = 64L << 20;

    /// <summary>
    /// Extracts the archive's files <c>folder/NAME.jpg</c> atomically to <paramref name="target"/>. All other entries,
    /// especially path traversals, are skipped.
    /// </summary>
    /// <exception cref="DatasetException">The archive is corrupt.</exception>
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

            // Another worker may have extracted it meanwhile.
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
