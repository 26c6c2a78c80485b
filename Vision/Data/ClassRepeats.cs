using Linnaeus.Vision.Randomness;

namespace Linnaeus.Vision.Data;

/// <summary>Oversampling: repeats samples so that every class occurs as often as the largest.</summary>
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

    /// <summary>Samples per epoch, including repeats.</summary>
    public int Count => _classes.Length * _largest;

    /// <summary>
    /// Sample indices class by class. All samples of a class occur equally often up to one; which ones occur once more is
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
