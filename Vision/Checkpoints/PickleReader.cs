using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Linnaeus.Vision.Checkpoints;

/// <summary>
/// Reads the part of Python's pickle format (protocols 2 to 5) in which PyTorch describes tensors, and nothing else. A pickle is a program that can
/// call anything; here it may only name the functions and classes of <see cref="PyTorchNames"/>, which become records and are never called.
/// Everything else, including opcodes, is rejected by name (the opcodes are documented in Python's <c>pickletools</c>).
/// </summary>
internal sealed class PickleReader
{
    private readonly byte[] bytes;
    private readonly string file;
    private readonly List<object?> stack = [];
    private readonly Stack<int> marks = [];
    private readonly Dictionary<long, object?> memo = [];
    private int position;

    private PickleReader(byte[] bytes, string file) => (this.bytes, this.file) = (bytes, file);

    /// <summary>
    /// Reads one pickle: numbers as <see cref="long"/>, <see cref="BigInteger"/> or <see cref="double"/>, tuples as arrays, lists, dictionaries,
    /// <see cref="StoredTensor"/>; null for None.
    /// </summary>
    /// <exception cref="CheckpointException">The bytes are not a pickle, or contain more than tensors.</exception>
    public static object? Read(byte[] bytes, string file)
    {
        try
        {
            return new PickleReader(bytes, file).Run();
        }
        catch (Exception fault) when (
            fault is IndexOutOfRangeException or ArgumentException or InvalidCastException or InvalidOperationException or KeyNotFoundException)
        {
            throw new CheckpointException($"'{file}' is corrupt: its tensor index breaks the pickle format.", fault);
        }
    }

    private object? Run()
    {
        while (true)
        {
            var opcode = Take(1)[0];
            if (opcode == '.')
                return Pop();
            if (!Structure(opcode) && !Constant(opcode) && !Reference(opcode))
                throw Refuse($"the pickle opcode 0x{opcode:X2} ({Printable(opcode)})");
        }
    }

    private bool Structure(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: // PROTO
                if (Take(1)[0] is var protocol and (< 2 or > 5))
                    throw Refuse($"pickle protocol {protocol}");
                return true;
            case 0x95: // FRAME
                Take(8);
                return true;
            case (byte)'(': // MARK
                marks.Push(stack.Count);
                return true;
            case (byte)'}': // EMPTY_DICT
                return Push(new PickleDictionary());
            case (byte)']': // EMPTY_LIST
                return Push(new List<object?>());
            case (byte)')': // EMPTY_TUPLE
                return Push(Array.Empty<object?>());
            case (byte)'t': // TUPLE
                return Push(PopToMark());
            case 0x85 or 0x86 or 0x87: // TUPLE1 to TUPLE3
                return Push(PopMany(opcode - 0x84));
            case (byte)'s': // SETITEM
                return SetItems(PopMany(2));
            case (byte)'u': // SETITEMS
                return SetItems(PopToMark());
            case (byte)'a': // APPEND
                return Append(PopMany(1));
            case (byte)'e': // APPENDS
                return Append(PopToMark());
            default:
                return false;
        }
    }

    private bool Constant(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'N': // NONE
                return Push(null);
            case 0x88 or 0x89: // NEWTRUE, NEWFALSE
                return Push(opcode == 0x88);
            case (byte)'J': // BININT
                return Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
            case (byte)'K': // BININT1
                return Push((long)Take(1)[0]);
            case (byte)'M': // BININT2
                return Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
            case 0x8A: // LONG1
                var number = new BigInteger(Take(Take(1)[0]));
                return Push(number >= long.MinValue && number <= long.MaxValue ? (long)number : number);
            case (byte)'G': // BINFLOAT
                return Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
            case (byte)'X': // BINUNICODE
                return Push(Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))));
            case 0x8C: // SHORT_BINUNICODE
                return Push(Encoding.UTF8.GetString(Take(Take(1)[0])));
            default:
                return false;
        }
    }

    private bool Reference(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'q': // BINPUT
                memo[Take(1)[0]] = stack[^1];
                return true;
            case (byte)'r': // LONG_BINPUT
                memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = stack[^1];
                return true;
            case 0x94: // MEMOIZE
                memo[memo.Count] = stack[^1];
                return true;
            case (byte)'h': // BINGET
                return Push(memo[Take(1)[0]]);
            case (byte)'j': // LONG_BINGET
                return Push(memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))]);
            case (byte)'c': // GLOBAL
                return Push(Global(Line(), Line()));
            case 0x93: // STACK_GLOBAL
                var names = PopMany(2);
                return Push(Global(names[0] as string, names[1] as string));
            case (byte)'Q': // BINPERSID
                return Push(PyTorchNames.Storage(Pop() as object?[]));
            case (byte)'R': // REDUCE
                var call = PopMany(2);
                return Push(PyTorchNames.Apply(call[0] as TorchName, call[1] as object?[]));
            case (byte)'b': // BUILD
                // State of an ordered dictionary: torch's version metadata, not needed here.
                if (Pop() is not PickleDictionary || stack[^1] is not PickleDictionary)
                    throw Refuse("the state of an object that is not a dictionary");
                return true;
            default:
                return false;
        }
    }

    private TorchName Global(string? module, string? name) => PyTorchNames.Find(module, name) ?? throw Refuse($"{module}.{name}");

    private CheckpointException Refuse(string what) => new(
        $"'{file}' contains {what}. Only plain tensors are loaded, because a pickle can run any code. Save just the state dict with "
        + "torch.save(model.state_dict(), path), or use safetensors.");

    private bool SetItems(object?[] items)
    {
        var target = stack[^1] as PickleDictionary ?? throw new InvalidOperationException("Items do not belong to a dictionary.");
        if (items.Length % 2 != 0)
            throw new InvalidOperationException("A key has no value.");
        for (var i = 0; i < items.Length; i += 2)
            target.Set(items[i], items[i + 1]);
        return true;
    }

    private bool Append(object?[] items)
    {
        var target = stack[^1] as List<object?> ?? throw new InvalidOperationException("Items do not belong to a list.");
        target.AddRange(items);
        return true;
    }

    private bool Push(object? value)
    {
        stack.Add(value);
        return true;
    }

    private object? Pop() => PopMany(1)[0];

    private object?[] PopMany(int count)
    {
        if (stack.Count - count < (marks.TryPeek(out var mark) ? mark : 0))
            throw new InvalidOperationException("The stack is empty.");
        var items = stack.GetRange(stack.Count - count, count).ToArray();
        stack.RemoveRange(stack.Count - count, count);
        return items;
    }

    private object?[] PopToMark()
    {
        var items = stack.GetRange(marks.Peek(), stack.Count - marks.Peek()).ToArray();
        stack.RemoveRange(marks.Pop(), items.Length);
        return items;
    }

    private ReadOnlySpan<byte> Take(uint count) => count <= int.MaxValue ? Take((int)count) : throw new ArgumentException("The pickle is truncated.");

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = bytes.AsSpan(position, count);
        position += count;
        return taken;
    }

    private string Line()
    {
        var length = bytes.AsSpan(position).IndexOf((byte)'\n');
        var line = Encoding.UTF8.GetString(Take(length));
        position++;
        return line;
    }

    private static string Printable(byte opcode) => opcode is > 0x20 and < 0x7F ? $"'{(char)opcode}'" : "not printable";
}

/// <summary>An ordered dictionary of a pickle; keys are strings or integers.</summary>
internal sealed class PickleDictionary
{
    private readonly OrderedDictionary<object, object?> items = [];

    public IEnumerable<KeyValuePair<object, object?>> Items => items;

    public object? this[string key] => items.GetValueOrDefault(key);

    public void Set(object? key, object? value)
    {
        if (key is not (string or long))
            throw new InvalidOperationException($"A key cannot be {key?.GetType().Name ?? "None"}.");
        items[key] = value;
    }
}
