using TorchSharp;

namespace Linnaeus.Vision.Checkpoints;

/// <summary>A function or class that a pickle of tensors may name.</summary>
internal abstract record TorchName
{
    public sealed record OrderedDictionaryClass : TorchName;

    public sealed record TensorFunction : TorchName;

    public sealed record ParameterFunction : TorchName;

    public sealed record StorageClass(torch.ScalarType Type) : TorchName;
}

/// <summary>A flat array in a file; tensors are views of it.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">Element type.</param>
/// <param name="Count">Elements.</param>
internal sealed record TensorStorage(string Key, torch.ScalarType Type, long Count);

/// <summary>A tensor in a file: a view of a storage, in elements.</summary>
internal sealed record StoredTensor(TensorStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Number of storage elements from <see cref="Offset"/> that the view covers.</summary>
    public long Span => Shape.Contains(0) ? 0 : 1 + Shape.Zip(Strides, (size, stride) => (size - 1) * stride).Sum();
}

/// <summary>The names that PyTorch's <c>torch.save</c> uses for tensors.</summary>
internal static class PyTorchNames
{
    /// <summary>Upper bound of sizes, so that products do not overflow.</summary>
    private const long Largest = 1L << 40;

    private static readonly Dictionary<(string Module, string Name), TorchName> Names = new()
    {
        [("collections", "OrderedDict")] = new TorchName.OrderedDictionaryClass(),
        [("torch._utils", "_rebuild_tensor_v2")] = new TorchName.TensorFunction(),
        [("torch._utils", "_rebuild_parameter")] = new TorchName.ParameterFunction(),
        [("torch", "DoubleStorage")] = new TorchName.StorageClass(torch.ScalarType.Float64),
        [("torch", "FloatStorage")] = new TorchName.StorageClass(torch.ScalarType.Float32),
        [("torch", "HalfStorage")] = new TorchName.StorageClass(torch.ScalarType.Float16),
        [("torch", "BFloat16Storage")] = new TorchName.StorageClass(torch.ScalarType.BFloat16),
        [("torch", "LongStorage")] = new TorchName.StorageClass(torch.ScalarType.Int64),
        [("torch", "IntStorage")] = new TorchName.StorageClass(torch.ScalarType.Int32),
        [("torch", "ShortStorage")] = new TorchName.StorageClass(torch.ScalarType.Int16),
        [("torch", "CharStorage")] = new TorchName.StorageClass(torch.ScalarType.Int8),
        [("torch", "ByteStorage")] = new TorchName.StorageClass(torch.ScalarType.Byte),
        [("torch", "BoolStorage")] = new TorchName.StorageClass(torch.ScalarType.Bool),
    };

    /// <summary>The name, or null if tensors do not need it.</summary>
    public static TorchName? Find(string? module, string? name) =>
        module is null || name is null ? null : Names.GetValueOrDefault((module, name));

    /// <summary>The record that a call stands for; nothing is called.</summary>
    /// <exception cref="InvalidOperationException">The arguments are not those that PyTorch writes.</exception>
    public static object Apply(TorchName? name, object?[]? arguments) => (name, arguments) switch
    {
        (TorchName.OrderedDictionaryClass, []) => new PickleDictionary(),
        (TorchName.TensorFunction, [TensorStorage storage, long offset, object?[] shape, object?[] strides, ..]) =>
            Checked(new StoredTensor(storage, offset, Whole(shape), Whole(strides))),
        (TorchName.ParameterFunction, [StoredTensor tensor, ..]) => tensor,
        _ => throw new InvalidOperationException($"{name?.GetType().Name ?? "None"} has unknown arguments."),
    };

    /// <summary>A storage by its persistent id: ('storage', class, key, device, elements).</summary>
    /// <exception cref="InvalidOperationException">The id is not one that PyTorch writes.</exception>
    public static TensorStorage Storage(object?[]? id) => id switch
    {
        ["storage", TorchName.StorageClass kind, string key, string, long and >= 0 and < Largest, ..] => new TensorStorage(key, kind.Type, (long)id[4]!),
        _ => throw new InvalidOperationException("A persistent id is not a storage."),
    };

    private static long[] Whole(object?[] numbers) =>
        Array.ConvertAll(numbers, number => number is long whole ? whole : throw new InvalidOperationException("A size is not an integer."));

    private static StoredTensor Checked(StoredTensor tensor)
    {
        var (shape, strides) = (tensor.Shape, tensor.Strides);
        if (shape.Length != strides.Length || shape.Length > 32 || tensor.Offset is < 0 or > Largest
            || shape.Concat(strides).Any(number => number is < 0 or > Largest))
            throw new InvalidOperationException("A tensor has an invalid shape.");
        var reach = shape.Contains(0) ? 0 : shape.Zip(strides, (size, stride) => (Int128)(size - 1) * stride).Aggregate((Int128)1, (sum, step) => sum + step);
        if (tensor.Offset + reach > tensor.Storage.Count)
            throw new InvalidOperationException("A tensor reaches beyond its storage.");
        return tensor;
    }
}
