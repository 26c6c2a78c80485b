using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Linnaeus.Registry.Http;

/// <summary>
/// Buffers of connections in blocks of 64 KiB instead of Kestrel's 4: a file of megabytes takes 1/16 of the
/// system calls. A connection uses blocks only while bytes are in transit.
/// </summary>
internal sealed class WideBlocks : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    public const int BlockSize = 1 << 16;

    /// <summary>Blocks kept for reuse, 16 MiB.</summary>
    private const int MostKept = 256;

    private readonly ConcurrentQueue<Block> _free = [];
    private int _kept;

    public override int MaxBufferSize => BlockSize;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        if (!_free.TryDequeue(out var block))
            return new Block(this);
        Interlocked.Decrement(ref _kept);
        return block;
    }

    // Connections end before the process; remaining blocks are left to the garbage collector.
    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Block(WideBlocks pool) : IMemoryOwner<byte>
    {
        // Pinned once, since the sockets would pin it for each call.
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

        public void Dispose()
        {
            if (Volatile.Read(ref pool._kept) >= MostKept)
                return;
            Interlocked.Increment(ref pool._kept);
            pool._free.Enqueue(this);
        }
    }
}
