using System.IO.Compression;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Checkpoints;

/// <summary>
/// Tensors in PyTorch's own format (<c>.pth</c>, <c>.pt</c>; a zip archive since PyTorch 1.6): <c>NAME/data.pkl</c> describes them,
/// <c>NAME/data/KEY</c> holds their numbers, uncompressed and little-endian. No code in the file is run: the index is read by
/// <see cref="PickleReader"/>. Memory use stays below the file size, whatever the headers claim.
/// </summary>
public sealed class PyTorchFile : ITensorFile
{
    private const long LargestDescription = 64L << 20;
    private const int ChunkBytes = 1 << 20;

    /// <summary>Keys under which training scripts store the state dict.</summary>
    private static readonly string[] StateKeys = ["state_dict", "model_state_dict", "model"];

    private readonly string path;
    private readonly ZipArchive archive;
    private readonly long fileLength;
    private readonly string prefix;
    private readonly Dictionary<string, StoredTensor> tensors;

    private PyTorchFile(string path, ZipArchive archive, long fileLength, string prefix, Dictionary<string, StoredTensor> tensors) =>
        (this.path, this.archive, this.fileLength, this.prefix, this.tensors) = (path, archive, fileLength, prefix, tensors);

    /// <inheritdoc/>
    public IEnumerable<string> Names => tensors.Keys;

    /// <summary>
    /// Opens a file and reads the description of its tensors: a state dict, or a dictionary with one under <c>state_dict</c>,
    /// <c>model_state_dict</c> or <c>model</c>.
    /// </summary>
    /// <exception cref="CheckpointException">The file is missing, corrupt, older than PyTorch 1.6, or contains more than tensors.</exception>
    public static PyTorchFile Open(string path)
    {
        if (!File.Exists(path))
            throw new CheckpointException($"File not found: '{path}'.");
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            RefuseOthers(stream, path);
            var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            var description = archive.Entries.Where(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal)).ToList();
            if (description is not [var only])
                throw new CheckpointException($"'{path}' has {description.Count} data.pkl files; PyTorch writes exactly one.");
            var prefix = only.FullName[..^"data.pkl".Length];
            RefuseBigEndian(archive, prefix, path);
            var root = PickleReader.Read(ReadDescription(only, path), path);
            return new PyTorchFile(path, archive, stream.Length, prefix, StateDict(root, path));
        }
        catch (InvalidDataException fault)
        {
            stream.Dispose();
            throw new CheckpointException($"'{path}' is a corrupt or truncated zip archive ({fault.Message}). Copy or download it again.", fault);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool Contains(string name) => tensors.ContainsKey(name);

    /// <inheritdoc/>
    public IReadOnlyList<long> ShapeOf(string name) => Find(name).Shape;

    /// <summary>Element type of a tensor.</summary>
    /// <exception cref="CheckpointException">There is no such tensor.</exception>
    public ScalarType TypeOf(string name) => Find(name).Storage.Type;

    /// <inheritdoc/>
    public void ReadInto(string name, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var tensor = Find(name);
        if (!tensor.Shape.SequenceEqual(target.shape))
            throw new CheckpointException(
                $"'{path}': the tensor '{name}' has shape [{string.Join(", ", tensor.Shape)}], expected [{string.Join(", ", target.shape)}].");
        if (target.numel() == 0)
            return;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        target.copy_(ReadSpan(tensor, name).as_strided(tensor.Shape, tensor.Strides));
    }

    /// <inheritdoc/>
    public void Dispose() => archive.Dispose();

    /// <summary>The part of a storage that a tensor covers.</summary>
    private Tensor ReadSpan(StoredTensor tensor, string name)
    {
        try
        {
            using var stream = OpenStorage(tensor.Storage, name);
            var span = empty([tensor.Span], dtype: tensor.Storage.Type);
            Skip(stream, tensor.Offset * span.element_size());
            var bytes = span.bytes;
            for (var done = 0; done < bytes.Length;)
            {
                var chunk = bytes.Slice(done, Math.Min(ChunkBytes, bytes.Length - done));
                stream.ReadExactly(chunk);
                done += chunk.Length;
            }
            return span;
        }
        catch (Exception fault) when (fault is EndOfStreamException or InvalidDataException)
        {
            throw new CheckpointException(
                $"'{path}' is corrupt or truncated: the data of tensor '{name}' cannot be read. Copy or download it again.", fault);
        }
    }

    private Stream OpenStorage(TensorStorage storage, string name)
    {
        var entry = archive.GetEntry($"{prefix}data/{storage.Key}")
            ?? throw new CheckpointException($"'{path}' has no data for tensor '{name}' ({prefix}data/{storage.Key}).");
        using var one = empty([1], dtype: storage.Type);
        var expected = storage.Count * one.element_size();
        if (IsCompressed(entry) || entry.Length != expected || entry.Length > fileLength)
            throw new CheckpointException(
                $"'{path}': tensor '{name}' has {entry.Length} bytes of data, expected {expected} uncompressed bytes.");
        return entry.Open();
    }

    private static void Skip(Stream stream, long count)
    {
        var buffer = new byte[Math.Min(count, ChunkBytes)];
        for (; count > 0; count -= Math.Min(count, buffer.Length))
            stream.ReadExactly(buffer.AsSpan(0, (int)Math.Min(count, buffer.Length)));
    }

    private static void RefuseOthers(FileStream stream, string path)
    {
        var start = new byte[2];
        var count = stream.ReadAtLeast(start, 2, throwOnEndOfStream: false);
        stream.Position = 0;
        if (count < 2)
            throw new CheckpointException($"'{path}' is not a PyTorch file: it has only {count} bytes.");
        if (start[0] == 0x80)
            throw new CheckpointException(
                $"'{path}' uses the PyTorch format from before version 1.6, which is not supported. Save it again: "
                + "torch.save(torch.load(path, weights_only=True), path).");
        if (start is not [(byte)'P', (byte)'K'])
            throw new CheckpointException($"'{path}' is not a PyTorch file: it is not a zip archive.");
    }

    private static void RefuseBigEndian(ZipArchive archive, string prefix, string path)
    {
        if (archive.GetEntry(prefix + "byteorder") is not { Length: < 100 } entry)
            return;
        using var reader = new StreamReader(entry.Open());
        if (reader.ReadToEnd().Trim() is var order and not "little")
            throw new CheckpointException($"'{path}' has byte order '{order}'; only little-endian files are supported.");
    }

    private static byte[] ReadDescription(ZipArchiveEntry entry, string path)
    {
        if (entry.Length > LargestDescription || IsCompressed(entry))
            throw new CheckpointException(
                $"'{path}': its tensor index is compressed or {entry.Length} bytes long; it must be uncompressed and "
                + $"at most {LargestDescription} bytes.");
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>PyTorch never compresses, and unpacked data could be far larger than the file.</summary>
    private static bool IsCompressed(ZipArchiveEntry entry) => entry.CompressedLength != entry.Length;

    private static Dictionary<string, StoredTensor> StateDict(object? root, string path)
    {
        var dictionary = root as PickleDictionary ?? throw NoStateDict(path);
        var inner = StateKeys.Select(key => dictionary[key]).OfType<PickleDictionary>().FirstOrDefault() ?? dictionary;
        var tensors = new Dictionary<string, StoredTensor>();
        foreach (var (key, value) in inner.Items)
        {
            if (key is not string name || value is not StoredTensor tensor)
                throw NoStateDict(path);
            tensors[name] = tensor;
        }
        return tensors;
    }

    private static CheckpointException NoStateDict(string path) =>
        new($"'{path}' has no state dict (tensors by name). Save one with torch.save(model.state_dict(), path).");

    private StoredTensor Find(string name) => tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new CheckpointException($"'{path}' has no tensor '{name}'.");
}
