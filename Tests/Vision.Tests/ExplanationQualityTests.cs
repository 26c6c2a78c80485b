using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Imaging;
using Linnaeus.Vision.Networks;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

public sealed class ExplanationQualityTests
{
    [Theory]
    [InlineData(new float[] { 1, 2, 3, 4, 5 }, new float[] { 5, 6, 7, 8, 7 }, 0.8207826816681233)] // SciPy's own example of spearmanr, with a tie
    [InlineData(new float[] { 1, 2, 3 }, new float[] { 10, 20, 900 }, 1.0)]
    [InlineData(new float[] { 1, 2, 3 }, new float[] { 3, 0, -3 }, -1.0)]
    [InlineData(new float[] { 1, 2, 3 }, new float[] { 4, 4, 4 }, null)]
    public void Rank_correlation(float[] first, float[] second, double? expected)
    {
        var actual = MapSimilarity.Spearman(first, second);
        Assert.Equal(expected is null, actual is null);
        Assert.Equal(expected ?? 0, actual ?? 0, 12);
    }

    [Fact]
    public void Overlap_of_the_highest_places()
    {
        float[] first = [9, 8, 7, 1, 1, 1, 1, 1, 1, 1], second = [9, 1, 7, 8, 1, 1, 1, 1, 1, 1];
        Assert.Equal(1.0, MapSimilarity.TopOverlap(first, second, 0.1));
        Assert.Equal(0.5, MapSimilarity.TopOverlap(first, second, 0.3)); // 2 of 4
        Assert.Throws<ArgumentException>(() => MapSimilarity.TopOverlap(first, [1]));
    }

    [Theory]
    [InlineData(new float[] { 1, 1, 1, 1 }, 0)]
    [InlineData(new float[] { 0, 0, 0, -5 }, 0.75)]
    [InlineData(new float[] { 1, 2, 3, 4 }, 0.25)] // (2 * (1 + 4 + 9 + 16) / (4 * 10)) - 5/4
    [InlineData(new float[] { 0, 0 }, 0)]
    public void Gini_index(float[] values, double expected) => Assert.Equal(expected, Sparseness.Gini(values), 12);

    [Fact]
    public void The_center_map_falls_with_the_distance()
    {
        var map = ControlMaps.Center(3, 5);
        Assert.Equal(0, map[7]);
        Assert.Equal(-MathF.Sqrt(5), map[0], 6);
        Assert.Equal(-2, map[5], 6);
    }

    [Fact]
    public void A_random_map_has_the_grain_asked_for_and_follows_its_seed()
    {
        var map = ControlMaps.Random(2, 2, 64, 64, seed: 5);
        Assert.Equal(map, ControlMaps.Random(2, 2, 64, 64, seed: 5));
        Assert.NotEqual(map, ControlMaps.Random(2, 2, 64, 64, seed: 6));
        Assert.Equal(map[0], map[15], 6); // the outer quarter repeats the outermost cell
        Assert.NotEqual(map[15], map[40], 6);
        Assert.All(map, value => Assert.InRange(value, 0, 1));
    }

    [Fact]
    public void Focus_is_the_share_of_the_evidence_on_the_object()
    {
        var subject = new Subject([1, 0.5f, 0, 0], IsMask: true);
        Assert.Equal((3 + 1) / 8.0, SubjectFocus.Share([3, 2, 3, 0], subject));
        Assert.Null(SubjectFocus.Share([0, 0, 0, 0], subject));
        Assert.Equal(0.375, subject.Area);
    }

    [Fact]
    public void A_mask_is_cropped_like_its_image_and_without_one_the_object_is_in_the_center()
    {
        var coverage = new byte[8 * 4]; // the middle square of 8 x 4 is x = 2..5: its right half is marked
        for (var i = 0; i < coverage.Length; i++)
            coverage[i] = i % 8 >= 4 ? (byte)255 : (byte)0;
        var subject = Subject.Of(new Mask(8, 4, coverage), 4)!;
        Assert.Equal([0, 0, 1, 1], subject.Values[..4]);
        Assert.Null(Subject.Of(new Mask(8, 4, new byte[32]), 4));

        var middle = Subject.Center(100);
        Assert.Equal(Math.PI * 0.35 * 0.35, middle.Area, 0.01);
        Assert.Equal((1, 0, false), (middle.Values[5050], middle.Values[0], middle.IsMask));
    }

    [Fact]
    public void Areas_are_those_of_the_trapezoid_rule()
    {
        Assert.Equal(0.5, Perturbation.Area([0, 0.5, 1]), 12);
        Assert.Equal(0.25, Perturbation.Area([1, 0, 0]), 12);
    }

    [Fact]
    public void Max_sensitivity_is_the_largest_relative_change()
    {
        using var image = torch.zeros(1, 3, 4, 4);
        var explanation = Map(3, 4);
        IReadOnlyList<Explanation> Explain(torch.Tensor images, IReadOnlyList<ExplanationTarget> targets)
        {
            Assert.Equal(Sensitivity.Samples, targets.Count);
            Assert.All(targets, target => Assert.Equal(explanation.Target, target.Class));
            Assert.InRange(images.abs().max().item<float>(), 0.015f, 0.02f);
            return [Map(3, 4), Map(3, 5), Map(3, 4), Map(6, 8), Map(3, 4)];
        }

        Assert.Equal(1.0, Sensitivity.Max(explanation, image, Explain, seed: 1)!.Value, 6);
        Assert.Null(Sensitivity.Max(Map(0, 0), image, Explain, seed: 1));
    }

    [Fact]
    public void Random_weights_are_taken_from_the_classifier_to_the_input_and_leave_the_network_alone()
    {
        using var network = Architectures.Create(Architecture.EfficientNetB0, 4, seed: 3);
        network.eval();
        using var images = torch.randn(2, 3, 64, 64, generator: new torch.Generator(1));
        var before = GradCam.Explain(network, images);
        var stages = RandomizedWeights.Check(network, images, (any, inputs, targets) => GradCam.Explain(any, inputs, targets), seed: 3);

        Assert.Equal(["classifier", .. Enumerable.Range(0, 9).Reverse().Select(i => $"features.{i}")], stages.Select(stage => stage.From));
        // Drawn by the same seed the "random" weights are the network's own: every map stays, which shows that nothing else is changed.
        Assert.All(stages, stage => Assert.Equal(1 - (stage.Flat / 2.0), stage.Correlation, 9));
        Assert.NotEqual(1, RandomizedWeights.Check(network, images, (any, inputs, targets) => GradCam.Explain(any, inputs, targets), seed: 4)[^1].Correlation, 3);
        Assert.Equal(before.Select(map => map.Logit), GradCam.Explain(network, images).Select(map => map.Logit));
    }

    private static ClassActivationResult Map(params float[] values)
    {
        var map = new Attribution(values, [1, values.Length]);
        return new ClassActivationResult(new ExplainedScore(2, null, 0, 0, [0]), map) { Layer = "", Raw = map, HasPositiveEvidence = true, PositiveShare = 1 };
    }
}
