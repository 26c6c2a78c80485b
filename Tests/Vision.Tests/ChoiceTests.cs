using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Training;

namespace Linnaeus.Vision.Tests;

/// <summary>Every choice that a spec offers has an implementation here.</summary>
public sealed class ChoiceTests
{
    [Theory]
    [MemberData(nameof(All), typeof(Architecture))]
    public void An_architecture_is_built_and_knows_its_name(string name)
    {
        var architecture = Choice.Parse<Architecture>(name);
        using var network = Architectures.Create(architecture, 3);
        Assert.Equal((architecture, 3), (network.Architecture, network.Classes));
    }

    [Theory]
    [MemberData(nameof(All), typeof(AugmentationPreset))]
    public void A_preset_is_built_and_describes_itself(string name) =>
        Assert.NotEmpty(AugmentationPresets.Create(Choice.Parse<AugmentationPreset>(name), 32).Describe());

    [Theory]
    [MemberData(nameof(All), typeof(MixingKind))]
    public void A_mixing_mixes_and_none_is_no_mixer(string name)
    {
        var kind = Choice.Parse<MixingKind>(name);
        if (kind == MixingKind.None)
            Assert.Throws<ArgumentException>(() => new BatchMixer(new MixingOptions(kind), 2));
        else
            Assert.NotEmpty(new BatchMixer(new MixingOptions(kind), 2).Describe());
    }

    [Theory]
    [MemberData(nameof(All), typeof(LearningRateDecay))]
    public void A_schedule_starts_at_the_peak(string name) =>
        Assert.Equal(0.5, new LearningRateSchedule(0.5, 0, 10, Choice.Parse<LearningRateDecay>(name)).At(0));

    [Theory]
    [MemberData(nameof(All), typeof(QuadratureRule))]
    public void A_rule_integrates_a_line_exactly(string name)
    {
        var rule = Quadrature.Of(Choice.Parse<QuadratureRule>(name), 5);
        Assert.Equal(0.5, rule.Nodes.Zip(rule.Weights).Sum(pair => pair.First * pair.Second), 12);
    }

    public static TheoryData<string> All(Type choice) => [.. Choice.Names(choice)];
}
