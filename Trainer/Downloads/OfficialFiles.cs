using Linnaeus.Registry.Client.Work;

namespace Linnaeus.Trainer.Downloads;

/// <summary>
/// Gets official files from their folder, or downloads them once. A file appears in its folder only when complete and with the right
/// digest; an interrupted download is resumed, also by another process.
/// </summary>
public sealed class OfficialFiles(ResumableDownload download, ILogger<OfficialFiles> logger)
{
    private static readonly TimeSpan Polling = TimeSpan.FromSeconds(1);

    /// <returns>Full path of the file, its digest checked.</returns>
    /// <exception cref="JobFaultException">The file is corrupt or unavailable; the message says which file to put where.</exception>
    public async Task<string> GetAsync(OfficialFile file, FileShelf shelf, CancellationToken cancellationToken)
    {
        var path = Path.Combine(shelf.Folder, file.Name);
        if (!File.Exists(path))
            return await FetchAsync(file, shelf, path, cancellationToken);
        var digest = await file.DigestOfAsync(path, cancellationToken);
        return digest == file.Digest
            ? path
            : throw new JobFaultException(
                $"{path} is not the official file: its {file.Algorithm.Name} is {digest}, not {file.Digest}. Remove it to download it again, or copy "
                + $"{new Uri(shelf.Address, file.Name)} there.");
    }

    private async Task<string> FetchAsync(OfficialFile file, FileShelf shelf, string path, CancellationToken cancellationToken)
    {
        var address = new Uri(shelf.Address, file.Name);
        try
        {
            Directory.CreateDirectory(shelf.Folder);
            await using var partial = await OpenAloneAsync(path, cancellationToken);
            if (partial is null)
                return await GetAsync(file, shelf, cancellationToken);
            logger.LogInformation("Downloading {Address} to {Folder} ({Bytes} bytes already there)", address, shelf.Folder, partial.Length);
            await download.CompleteAsync(address, partial, cancellationToken);
            await CheckAsync(file, address, partial, cancellationToken);
            File.Move(partial.Name, path);
            logger.LogInformation("Downloaded {File} ({Bytes} bytes)", path, partial.Length);
            return path;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            throw new JobFaultException(
                $"{file.Name} is not in {shelf.Folder} and could not be downloaded from {address} ({fault.Message}) On a closed network put that file into "
                + $"{shelf.Folder} ({shelf.Variable} can name another folder).", fault);
        }
    }

    /// <summary>The partial file, locked for this process; null if another process finished it meanwhile.</summary>
    private static async Task<FileStream?> OpenAloneAsync(string path, CancellationToken cancellationToken)
    {
        while (!File.Exists(path))
        {
            FileStream partial;
            try
            {
                partial = new FileStream(path + ".partial", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.Asynchronous);
            }
            catch (IOException) when (File.Exists(path + ".partial") || File.Exists(path))
            {
                await Task.Delay(Polling, cancellationToken); // another worker on this machine is downloading it
                continue;
            }

            if (!File.Exists(path))
                return partial;
            await partial.DisposeAsync();
            File.Delete(partial.Name);
        }

        return null;
    }

    private static async Task CheckAsync(OfficialFile file, Uri address, FileStream partial, CancellationToken cancellationToken)
    {
        partial.Flush(flushToDisk: true);
        var digest = await file.DigestOfAsync(partial, cancellationToken);
        if (digest == file.Digest)
            return;
        partial.SetLength(0);
        File.Delete(partial.Name);
        throw new JobFaultException(
            $"The response from {address} is not the official file: its {file.Algorithm.Name} is {digest}, not {file.Digest}. A proxy may have answered instead.");
    }
}
