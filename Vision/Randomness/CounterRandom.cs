using System.Runtime.CompilerServices;

namespace Linnaeus.Vision.Randomness;

/// <summary>
/// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3",
/// SC11). The numbers depend only on (seed, purpose, three coordinates), so that a run resumed at any step, or
/// split over any number of threads, draws the same ones. The key is SplitMix64(seed + purpose * golden ratio), the counter
/// (block, a, b, c).
/// </summary>
public struct CounterRandom
{
    private readonly uint _key0;
    private readonly uint _key1;
    private readonly uint _a;
    private readonly uint _b;
    private readonly uint _c;
    private uint _block;
    private int _used;
    private Words _words;

    /// <param name="seed">Seed of the run or dataset.</param>
    /// <param name="purpose">What the numbers are for.</param>
    /// <param name="a">First coordinate, e.g. the epoch.</param>
    /// <param name="b">Second coordinate, e.g. the step.</param>
    /// <param name="c">Third coordinate, e.g. the position in the batch.</param>
    public CounterRandom(long seed, RandomPurpose purpose, int a = 0, int b = 0, int c = 0)
    {
        var key = SplitMix64(unchecked((ulong)seed + (ulong)purpose * 0x9E3779B97F4A7C15));
        _key0 = (uint)key;
        _key1 = (uint)(key >> 32);
        (_a, _b, _c) = ((uint)a, (uint)b, (uint)c);
        _used = 4;
    }

    /// <summary>The next 32 random bits.</summary>
    public uint NextUInt32()
    {
        if (_used == 4)
        {
            Philox([_block++, _a, _b, _c], _key0, _key1, _words);
            _used = 0;
        }
        return _words[_used++];
    }

    /// <summary>Uniform in [0, 1) with 53 random bits.</summary>
    public double NextDouble()
    {
        var high = (ulong)NextUInt32() << 32;
        return ((high | NextUInt32()) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double Uniform(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>Uniform in 0 .. <paramref name="bound"/> - 1; its bias is below bound / 2^64.</summary>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var high = (ulong)NextUInt32() << 32;
        return (int)Math.BigMul(high | NextUInt32(), (ulong)bound, out _);
    }

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>Puts the items into random order (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>The ten rounds of the cipher, with the constants of the paper.</summary>
    internal static void Philox(ReadOnlySpan<uint> counter, uint key0, uint key1, Span<uint> output)
    {
        var (x0, x1, x2, x3) = (counter[0], counter[1], counter[2], counter[3]);
        for (var round = 0; round < 10; round++)
        {
            var p0 = 0xD2511F53UL * x0;
            var p1 = 0xCD9E8D57UL * x2;
            (x0, x1, x2, x3) = ((uint)(p1 >> 32) ^ x1 ^ key0, (uint)p1, (uint)(p0 >> 32) ^ x3 ^ key1, (uint)p0);
            unchecked
            {
                key0 += 0x9E3779B9;
                key1 += 0xBB67AE85;
            }
        }
        (output[0], output[1], output[2], output[3]) = (x0, x1, x2, x3);
    }

    private static ulong SplitMix64(ulong x)
    {
        unchecked
        {
            x += 0x9E3779B97F4A7C15;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return x ^ (x >> 31);
        }
    }

    [InlineArray(4)]
    private struct Words
    {
        private uint _first;
    }
}
