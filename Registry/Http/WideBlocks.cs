using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Linnaeus.Registry.Http;

/// <summary>
/// Memory for what connections receive and send, in blocks of 64 KiB where Kestrel takes 4: a file of megabytes passes in a sixteenth of the
/// system calls. A connection holds blocks only while bytes are on their way.
/// </summary>
internal sealed class WideBlocks : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    public const int BlockSize = 1 << 16;

    /// <summary>Blocks that are kept for the next connection, 16 MiB.</summary>
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

    // Connections end before the process does; what they hold is the garbage collector's.
    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Block(WideBlocks pool) : IMemoryOwner<byte>
    {
        // Pinned, as the sockets would pin it for each call.
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
