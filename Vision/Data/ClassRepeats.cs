using Linnaeus.Vision.Randomness;

namespace Linnaeus.Vision.Data;

/// <summary>Evens out classes by repeating the samples of small ones: every class comes as often as the largest.</summary>
internal sealed class ClassRepeats
{
    private readonly int[][] _classes;
    private readonly int _largest;
    private readonly long _seed;

    public ClassRepeats(IReadOnlyList<Sample> samples, long seed)
    {
        _classes = [.. Enumerable.Range(0, samples.Count).GroupBy(i => samples[i].Label).OrderBy(group => group.Key).Select(group => group.ToArray())];
        (_largest, _seed) = (_classes.Max(members => members.Length), seed);
    }

    /// <summary>Samples of an epoch, repeated ones counted each time.</summary>
    public int Count => _classes.Length * _largest;

    /// <summary>
    /// Sample indices class by class. Each member of a class comes equally often, but for the rest that does not go round: which come once more is
    /// drawn by (seed, epoch).
    /// </summary>
    public int[] Draw(int epoch)
    {
        var drawn = new List<int>(Count);
        for (var c = 0; c < _classes.Length; c++)
        {
            var members = _classes[c].ToArray();
            new CounterRandom(_seed, RandomPurpose.EpochOrder, epoch, c + 1).Shuffle(members.AsSpan());
            for (var i = 0; i < _largest; i++)
                drawn.Add(members[i % members.Length]);
        }
        return [.. drawn];
    }
}
