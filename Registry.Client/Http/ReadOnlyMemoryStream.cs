using System.Runtime.InteropServices;

namespace Linnaeus.Registry.Client.Http;

/// <summary>Reads a block of memory, without a copy if it is an array.</summary>
internal sealed class ReadOnlyMemoryStream(ReadOnlyMemory<byte> bytes) : MemoryStream(ArrayOf(bytes).Array!, ArrayOf(bytes).Offset, bytes.Length, writable: false)
{
    private static ArraySegment<byte> ArrayOf(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) ? segment : new ArraySegment<byte>(bytes.ToArray());
}
