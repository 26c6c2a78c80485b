using System.Security.Cryptography;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Checkpoints;

/// <summary>
/// Tensors in the safetensors format. An open file keeps only its header in memory and reads tensors on demand;
/// no code in a file is ever run.
/// </summary>
public sealed class SafetensorsFile : ITensorFile
{
    private const int ChunkBytes = 1 << 24;

    private static readonly Dictionary<string, ScalarType> ScalarTypes = new()
    {
        ["F64"] = ScalarType.Float64,
        ["F32"] = ScalarType.Float32,
        ["F16"] = ScalarType.Float16,
        ["BF16"] = ScalarType.BFloat16,
        ["I64"] = ScalarType.Int64,
        ["I32"] = ScalarType.Int32,
        ["I16"] = ScalarType.Int16,
        ["I8"] = ScalarType.Int8,
        ["U8"] = ScalarType.Byte,
        ["BOOL"] = ScalarType.Bool,
    };

    private readonly string path;
    private readonly FileStream stream;
    private readonly Dictionary<string, SafetensorsEntry> entries;

    private SafetensorsFile(string path, FileStream stream, SafetensorsHeader header)
    {
        this.path = path;
        this.stream = stream;
        Header = header;
        entries = header.Entries.ToDictionary(e => e.Name);
    }

    /// <summary>What the file holds.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="CheckpointException">The file is missing or breaks the format; the message says how.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path))
            throw new CheckpointException($"File not found: '{path}'.");
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        try
        {
            return new SafetensorsFile(path, stream, SafetensorsHeader.Read(stream, path));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Names => entries.Keys;

    /// <inheritdoc/>
    public bool Contains(string name) => entries.ContainsKey(name);

    /// <inheritdoc/>
    public IReadOnlyList<long> ShapeOf(string name) => Find(name).Shape;

    /// <summary>Reads one tensor, contiguous, on the CPU; owned by the caller.</summary>
    /// <exception cref="CheckpointException">There is no such tensor, or torch has no such element type.</exception>
    public Tensor Read(string name)
    {
        var entry = Find(name);
        if (!ScalarTypes.TryGetValue(entry.DType, out var type))
            throw new CheckpointException($"'{path}': tensor '{name}' has unsupported dtype {entry.DType}.");
        var tensor = empty(entry.Shape.ToArray(), dtype: type);
        var target = tensor.bytes;
        for (long done = 0; done < target.Length;)
        {
            var chunk = target.Slice((int)done, (int)Math.Min(ChunkBytes, target.Length - done));
            var count = RandomAccess.Read(stream.SafeFileHandle, chunk, Header.DataOffset + entry.Begin + done);
            if (count == 0)
                throw new CheckpointException($"'{path}' was changed or truncated while tensor '{name}' was being read.");
            done += count;
        }

        return tensor;
    }

    /// <inheritdoc/>
    public void ReadInto(string name, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var entry = Find(name);
        if (!entry.Shape.SequenceEqual(target.shape))
            throw new CheckpointException($"'{path}': tensor '{name}' has shape {entry.ShapeText}, expected [{string.Join(", ", target.shape)}].");
        using var noGrad = no_grad();
        using var tensor = Read(name);
        target.copy_(tensor);
    }

    /// <summary>Writes tensors atomically to a file and returns its SHA-256 in lower-case hex.</summary>
    /// <param name="path">Target; an existing file is replaced.</param>
    /// <param name="tensors">Tensors by name, on any device and with any strides.</param>
    /// <param name="metadata">Strings to keep under <c>__metadata__</c>.</param>
    public static string Write(string path, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var byName = tensors.ToDictionary(t => t.Name, t => t.Tensor);
        var (header, bytes) = SafetensorsHeader.Create(byName.Select(t => (t.Key, DTypeOf(t.Key, t.Value), (IReadOnlyList<long>)t.Value.shape)), metadata);
        var partial = path + ".partial";
        try
        {
            var digest = WriteAll(partial, header, bytes, byName);
            File.Move(partial, path, overwrite: true);
            return digest;
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private static string WriteAll(string path, SafetensorsHeader header, byte[] headerBytes, Dictionary<string, Tensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
        stream.Write(headerBytes);
        hash.AppendData(headerBytes);
        using var noGrad = no_grad();
        foreach (var entry in header.Entries)
        {
            using var scope = NewDisposeScope();
            var data = tensors[entry.Name].detach().cpu().contiguous().bytes;
            stream.Write(data);
            hash.AppendData(data);
        }

        stream.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string DTypeOf(string name, Tensor tensor)
    {
        foreach (var (text, type) in ScalarTypes)
        {
            if (type == tensor.dtype)
                return text;
        }

        throw new CheckpointException($"Tensor '{name}' has dtype {tensor.dtype}, which safetensors does not support.");
    }

    private SafetensorsEntry Find(string name) => entries.TryGetValue(name, out var entry)
        ? entry
        : throw new CheckpointException($"'{path}' has no tensor '{name}'.");
}
