using System.Buffers.Binary;
using System.Text;

namespace Aspire.Hosting.Dashboard;

/// <summary>How a protobuf field is laid out on the wire.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Length = 2,
    Fixed32 = 5,
}

/// <summary>
/// A forward reader over one protobuf message (https://protobuf.dev/programming-guides/encoding). Every read checks its
/// bounds; whatever does not follow the format throws <see cref="InvalidDataException"/>.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    /// <summary>Number of the field that the reader stands on.</summary>
    public int Field { get; private set; }

    /// <summary>Layout of the field that the reader stands on.</summary>
    public WireType Wire { get; private set; }

    /// <summary>Moves to the next field; false at the end. The field's value must then be read or skipped.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;
        var key = RawVarint();
        var field = key >> 3;
        if (field is 0 or > 536_870_911)
            throw new InvalidDataException($"protobuf field number {field} is out of range");
        Field = (int)field;
        Wire = (WireType)(key & 7);
        return true;
    }

    public void Skip()
    {
        switch (Wire)
        {
            case WireType.Varint:
                RawVarint();
                break;
            case WireType.Fixed64:
                Take(8);
                break;
            case WireType.Fixed32:
                Take(4);
                break;
            case WireType.Length:
                RawBytes();
                break;
            default:
                throw new InvalidDataException($"protobuf field {Field} has unknown wire type {(int)Wire}");
        }
    }

    public ulong Varint()
    {
        Expect(WireType.Varint);
        return RawVarint();
    }

    public ulong Fixed64()
    {
        Expect(WireType.Fixed64);
        return BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
    }

    public double Double() => BitConverter.UInt64BitsToDouble(Fixed64());

    public ReadOnlySpan<byte> Bytes()
    {
        Expect(WireType.Length);
        return RawBytes();
    }

    public ProtoReader Message() => new(Bytes());

    /// <summary>The field as text, cut after <paramref name="limit"/> bytes so that no sender can fill the memory.</summary>
    public string Text(int limit)
    {
        var bytes = Bytes();
        return bytes.Length <= limit ? Encoding.UTF8.GetString(bytes) : Encoding.UTF8.GetString(bytes[..limit]) + "…";
    }

    /// <summary>Appends a repeated fixed 64-bit field, packed (the usual form) or one by one.</summary>
    public void AppendFixed64(List<ulong> values)
    {
        if (Wire == WireType.Fixed64)
        {
            values.Add(Fixed64());
            return;
        }
        var packed = Bytes();
        if (packed.Length % 8 != 0)
            throw new InvalidDataException($"packed field {Field} has {packed.Length} bytes, not a multiple of 8");
        for (; !packed.IsEmpty; packed = packed[8..])
            values.Add(BinaryPrimitives.ReadUInt64LittleEndian(packed));
    }

    private readonly void Expect(WireType wire)
    {
        if (Wire != wire)
            throw new InvalidDataException($"protobuf field {Field} has wire type {(int)Wire} where {(int)wire} belongs");
    }

    private ulong RawVarint()
    {
        ulong value = 0;
        for (var i = 0; i < 10; i++)
        {
            if (i >= _rest.Length)
                throw new InvalidDataException("protobuf message ends inside a varint");
            var next = _rest[i];
            if (i == 9 && next > 1)
                throw new InvalidDataException("protobuf varint does not fit 64 bits");
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }
        throw new InvalidDataException("protobuf varint is longer than 10 bytes");
    }

    private ReadOnlySpan<byte> RawBytes()
    {
        var length = RawVarint();
        if (length > (ulong)_rest.Length)
            throw new InvalidDataException($"protobuf field {Field} claims {length} bytes where {_rest.Length} are left");
        return Take((int)length);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw new InvalidDataException($"protobuf message ends inside field {Field}");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
