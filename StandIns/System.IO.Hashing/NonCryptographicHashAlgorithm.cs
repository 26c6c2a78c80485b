namespace System.IO.Hashing;

/// <summary>Base class of hash algorithms that are not for security, as the package of this name declares it.</summary>
public abstract class NonCryptographicHashAlgorithm
{
    /// <param name="hashLengthInBytes">Length of the hash; at least 1.</param>
    protected NonCryptographicHashAlgorithm(int hashLengthInBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hashLengthInBytes, 1);
        HashLengthInBytes = hashLengthInBytes;
    }

    /// <summary>Bytes of the hash.</summary>
    public int HashLengthInBytes { get; }

    /// <summary>Adds <paramref name="source"/> to the data hashed so far.</summary>
    public abstract void Append(ReadOnlySpan<byte> source);

    /// <summary>Forgets the data hashed so far.</summary>
    public abstract void Reset();

    /// <summary>Writes the hash of the data so far; the state stays.</summary>
    protected abstract void GetCurrentHashCore(Span<byte> destination);

    /// <summary>Writes the hash of the data so far and forgets the data.</summary>
    protected virtual void GetHashAndResetCore(Span<byte> destination)
    {
        GetCurrentHashCore(destination);
        Reset();
    }

    public void Append(byte[] source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Append(new ReadOnlySpan<byte>(source));
    }

    /// <summary>Adds everything from the stream's position to its end.</summary>
    public void Append(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var buffer = new byte[4096];
        while (stream.Read(buffer) is > 0 and var read) Append(buffer.AsSpan(0, read));
    }

    /// <inheritdoc cref="Append(Stream)"/>
    public async Task AppendAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read) Append(buffer.AsSpan(0, read));
    }

    public byte[] GetCurrentHash()
    {
        var hash = new byte[HashLengthInBytes];
        GetCurrentHashCore(hash);
        return hash;
    }

    public bool TryGetCurrentHash(Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = destination.Length < HashLengthInBytes ? 0 : HashLengthInBytes;
        if (bytesWritten == 0) return false;
        GetCurrentHashCore(destination[..HashLengthInBytes]);
        return true;
    }

    public int GetCurrentHash(Span<byte> destination)
    {
        GetCurrentHashCore(Room(destination));
        return HashLengthInBytes;
    }

    public byte[] GetHashAndReset()
    {
        var hash = new byte[HashLengthInBytes];
        GetHashAndResetCore(hash);
        return hash;
    }

    public bool TryGetHashAndReset(Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = destination.Length < HashLengthInBytes ? 0 : HashLengthInBytes;
        if (bytesWritten == 0) return false;
        GetHashAndResetCore(destination[..HashLengthInBytes]);
        return true;
    }

    public int GetHashAndReset(Span<byte> destination)
    {
        GetHashAndResetCore(Room(destination));
        return HashLengthInBytes;
    }

    private Span<byte> Room(Span<byte> destination) => destination.Length < HashLengthInBytes
        ? throw new ArgumentException($"The destination has {destination.Length} bytes; the hash needs {HashLengthInBytes}.", nameof(destination))
        : destination[..HashLengthInBytes];
}
