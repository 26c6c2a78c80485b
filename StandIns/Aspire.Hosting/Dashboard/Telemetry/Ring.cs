namespace Aspire.Hosting.Dashboard;

/// <summary>
/// First in, first out store with two bounds, a number of items and their estimated bytes. A new item pushes out the
/// oldest ones. Not thread-safe: its store locks.
/// </summary>
internal sealed class Ring<T>(int capacity, long maxBytes, Func<T, int> bytesOf, Action<T>? evicted = null)
{
    private readonly Queue<T> _items = new();
    private long _bytes;

    public int Count => _items.Count;

    /// <summary>Most items that the ring holds.</summary>
    public int Capacity => capacity;

    /// <summary>Items pushed out so far.</summary>
    public long Dropped { get; private set; }

    /// <summary>Items from the oldest to the newest.</summary>
    public IEnumerable<T> Items => _items;

    public void Add(T item)
    {
        _items.Enqueue(item);
        _bytes += bytesOf(item);
        while (_items.Count > capacity || (_bytes > maxBytes && _items.Count > 1))
        {
            var oldest = _items.Dequeue();
            _bytes -= bytesOf(oldest);
            Dropped++;
            evicted?.Invoke(oldest);
        }
    }
}
