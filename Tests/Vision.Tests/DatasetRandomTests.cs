using Linnaeus.Vision.Data;
using Linnaeus.Vision.Randomness;

namespace Linnaeus.Vision.Tests;

public sealed class DatasetRandomTests
{
    // Known answers of philox4x32-10 in the authors' Random123 distribution (kat_vectors).
    [Theory]
    [InlineData(0x00000000u, 0x00000000u, 0x00000000u, 0x00000000u, 0x00000000u, 0x00000000u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_authors_answers(
        uint c0, uint c1, uint c2, uint c3, uint key0, uint key1, uint e0, uint e1, uint e2, uint e3)
    {
        var output = new uint[4];
        CounterRandom.Philox([c0, c1, c2, c3], key0, key1, output);
        Assert.Equal([e0, e1, e2, e3], output);
    }

    [Fact]
    public void Streams_differ_in_every_coordinate_and_repeat_for_equal_ones()
    {
        CounterRandom[] streams =
        [
            new(1, RandomPurpose.Augmentation, 2, 3, 4), new(2, RandomPurpose.Augmentation, 2, 3, 4), new(1, RandomPurpose.Mixing, 2, 3, 4),
            new(1, RandomPurpose.Augmentation, 3, 3, 4), new(1, RandomPurpose.Augmentation, 2, 4, 4), new(1, RandomPurpose.Augmentation, 2, 3, 5),
        ];
        var first = Array.ConvertAll(streams, stream => stream.NextUInt32());
        Assert.Equal(first.Length, first.Distinct().Count());
        Assert.Equal(first[0], new CounterRandom(1, RandomPurpose.Augmentation, 2, 3, 4).NextUInt32());
    }

    [Fact]
    public void Draws_are_uniform_and_shuffles_are_fair()
    {
        var random = new CounterRandom(11, RandomPurpose.Split);
        var draws = Enumerable.Range(0, 20000).Select(_ => random.Uniform(-1, 3)).ToArray();
        Assert.All(draws, draw => Assert.InRange(draw, -1, 3));
        Assert.InRange(draws.Average(), 0.97, 1.03);
        Assert.InRange(draws.Count(draw => draw < 0) / 20000.0, 0.24, 0.26);

        var counts = new int[6];
        for (var round = 0; round < 6000; round++)
        {
            int[] items = [0, 1, 2];
            random.Shuffle(items.AsSpan());
            counts[items[0] * 2 + (items[1] > items[2] ? 1 : 0)]++;
        }
        Assert.All(counts, count => Assert.InRange(count, 880, 1120));
    }
}
