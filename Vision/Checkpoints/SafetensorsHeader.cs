using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Linnaeus.Vision.Checkpoints;

/// <summary>
/// The header of a safetensors file: 8 bytes little-endian length, then a JSON object of tensors and, under <c>__metadata__</c>, of strings;
/// then the tensors' bytes without gaps or overlaps (https://github.com/huggingface/safetensors#format). Holds no tensor.
/// </summary>
/// <param name="Entries">Tensors in the order of their bytes.</param>
/// <param name="Metadata">Strings under <c>__metadata__</c>.</param>
/// <param name="DataOffset">Where the tensors' bytes begin in the file.</param>
public sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata, long DataOffset)
{
    /// <summary>The format's limit for the JSON part.</summary>
    public const int LargestJson = 100_000_000;

    private const string MetadataKey = "__metadata__";

    private static readonly Dictionary<string, int> BitsPerElement = new()
    {
        ["F64"] = 64,
        ["I64"] = 64,
        ["U64"] = 64,
        ["C64"] = 64,
        ["F32"] = 32,
        ["I32"] = 32,
        ["U32"] = 32,
        ["F16"] = 16,
        ["BF16"] = 16,
        ["I16"] = 16,
        ["U16"] = 16,
        ["F8_E4M3"] = 8,
        ["F8_E5M2"] = 8,
        ["F8_E8M0"] = 8,
        ["I8"] = 8,
        ["U8"] = 8,
        ["BOOL"] = 8,
        ["F6_E2M3"] = 6,
        ["F6_E3M2"] = 6,
        ["F4"] = 4,
    };

    /// <summary>Reads and checks the header of <paramref name="stream"/>, which must be seekable and stand at its beginning.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="file">The file's name for messages.</param>
    /// <exception cref="CheckpointException">Anything that the format does not allow.</exception>
    public static SafetensorsHeader Read(Stream stream, string file)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> prefix = stackalloc byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
            throw Fault(file, "the file is shorter than 8 bytes");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LargestJson)
            throw Fault(file, $"the header length is {length} bytes, more than the {LargestJson} that the format allows");
        if ((long)length > stream.Length - 8)
            throw Fault(file, $"the header length is {length} bytes, but only {stream.Length - 8} bytes follow; the file is truncated or has another format");
        var json = new byte[length];
        stream.ReadExactly(json);
        if (json.Length == 0 || json[0] != (byte)'{')
            throw Fault(file, "the header does not begin with '{'");
        var dataOffset = 8 + (long)length;
        var (entries, metadata) = Parse(json, file);
        CheckLayout(entries, stream.Length - dataOffset, file);
        return new SafetensorsHeader(entries, metadata, dataOffset);
    }

    /// <summary>Lays out tensors and returns the header bytes; wider element types come first, so that all are aligned.</summary>
    /// <param name="tensors">Name, element type and shape of each.</param>
    /// <param name="metadata">Strings to keep under <c>__metadata__</c>.</param>
    public static (SafetensorsHeader Header, byte[] Bytes) Create(
        IEnumerable<(string Name, string DType, IReadOnlyList<long> Shape)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var entries = new List<SafetensorsEntry>();
        long offset = 0;
        foreach (var (name, dtype, shape) in tensors.OrderByDescending(t => BitsPerElement[t.DType]).ThenBy(t => t.Name, StringComparer.Ordinal))
        {
            if (name == MetadataKey)
                throw new ArgumentException($"'{MetadataKey}' cannot name a tensor.", nameof(tensors));
            var end = offset + ByteCount(dtype, shape);
            entries.Add(new SafetensorsEntry(name, dtype, shape, offset, end));
            offset = end;
        }

        if (entries.GroupBy(e => e.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Tensor '{twice.Key}' is given twice.", nameof(tensors));
        var json = Format(entries, metadata ?? new Dictionary<string, string>());
        var padded = (json.Length + 7) / 8 * 8;
        var bytes = new byte[8 + padded];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)padded);
        json.CopyTo(bytes.AsSpan(8));
        bytes.AsSpan(8 + json.Length).Fill((byte)' ');
        return (new SafetensorsHeader(entries, metadata ?? new Dictionary<string, string>(), bytes.Length), bytes);
    }

    private static byte[] Format(List<SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (metadata.Count > 0)
            {
                writer.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                    writer.WriteString(key, value);
                writer.WriteEndObject();
            }

            foreach (var entry in entries)
            {
                writer.WriteStartObject(entry.Name);
                writer.WriteString("dtype", entry.DType);
                WriteNumbers(writer, "shape", entry.Shape);
                WriteNumbers(writer, "data_offsets", [entry.Begin, entry.End]);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, IReadOnlyList<long> numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers)
            writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }

    private static (List<SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Parse(byte[] json, string file)
    {
        var entries = new List<SafetensorsEntry>();
        var metadata = new Dictionary<string, string>();
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(json);
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name != MetadataKey)
                {
                    entries.Add(ParseEntry(property.Name, property.Value, file));
                    continue;
                }

                foreach (var item in property.Value.EnumerateObject())
                    metadata[item.Name] = item.Value.GetString() ?? throw Fault(file, $"metadata '{item.Name}' is null");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            throw new CheckpointException($"'{file}' is not a valid safetensors file: the header cannot be read ({e.Message}).", e);
        }

        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        return (entries, metadata);
    }

    private static SafetensorsEntry ParseEntry(string name, JsonElement value, string file)
    {
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out var shapeElement)
            || !value.TryGetProperty("data_offsets", out var offsetsElement))
            throw Fault(file, $"tensor '{name}' lacks dtype, shape or data_offsets");
        var shape = Numbers(shapeElement, name, "shape", file);
        var offsets = Numbers(offsetsElement, name, "data_offsets", file);
        if (offsets.Length != 2 || offsets[1] < offsets[0])
            throw Fault(file, $"data_offsets of tensor '{name}' are not a valid range");
        if (!BitsPerElement.ContainsKey(dtype.GetString()!))
            throw Fault(file, $"tensor '{name}' has the unknown dtype '{dtype.GetString()}'");
        return new SafetensorsEntry(name, dtype.GetString()!, shape, offsets[0], offsets[1]);
    }

    private static long[] Numbers(JsonElement element, string name, string field, string file)
    {
        if (element.ValueKind != JsonValueKind.Array)
            throw Fault(file, $"{field} of tensor '{name}' is not a list");
        var numbers = new List<long>();
        foreach (var item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out var number) || number < 0)
                throw Fault(file, $"{field} of tensor '{name}' must be non-negative integers");
            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static void CheckLayout(List<SafetensorsEntry> entries, long dataLength, string file)
    {
        long expected = 0;
        foreach (var entry in entries)
        {
            if (entry.Begin != expected)
                throw Fault(file, $"tensor '{entry.Name}' begins at byte {entry.Begin}, expected {expected}: tensors overlap or leave a gap");
            long size;
            try
            {
                size = ByteCount(entry.DType, entry.Shape);
            }
            catch (OverflowException e)
            {
                throw new CheckpointException($"'{file}' is not a valid safetensors file: the shape {entry.ShapeText} of tensor '{entry.Name}' overflows.", e);
            }

            if (entry.End - entry.Begin != size)
                throw Fault(file, $"tensor '{entry.Name}' of {entry.DType} {entry.ShapeText} needs {size} bytes but has {entry.End - entry.Begin}");
            expected = entry.End;
        }

        if (expected > dataLength)
            throw Fault(file, $"the tensors need {expected} bytes but only {dataLength} follow the header; the file is truncated");
        if (expected < dataLength)
            throw Fault(file, $"{dataLength - expected} bytes follow the last tensor");
    }

    private static long ByteCount(string dtype, IReadOnlyList<long> shape)
    {
        long bits = BitsPerElement[dtype];
        if (shape.Contains(0))
            return 0;
        foreach (var size in shape)
            bits = checked(bits * size);
        return checked(bits + 7) / 8;
    }

    private static CheckpointException Fault(string file, string fault) => new($"'{file}' is not a valid safetensors file: {fault}.");
}
