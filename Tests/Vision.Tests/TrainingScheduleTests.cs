using Linnaeus.Vision.Training;

namespace Linnaeus.Vision.Tests;

public sealed class TrainingScheduleTests
{
    [Fact]
    public void Warm_up_rises_in_equal_steps_to_the_peak_and_the_cosine_falls_to_zero()
    {
        var schedule = new LearningRateSchedule(0.8, WarmupSteps: 4, TotalSteps: 12, LearningRateDecay.Cosine);

        Assert.Equal([0.2, 0.4, 0.6, 0.8], Enumerable.Range(0, 4).Select(s => Math.Round(schedule.At(s), 12)));
        Assert.Equal(0.8, schedule.At(4), 12);
        Assert.Equal(0.4, schedule.At(8), 12);
        Assert.Equal(0.8 * 0.5 * (1 + Math.Cos(Math.PI * 0.25)), schedule.At(6), 12);
        Assert.Equal(0, schedule.At(12), 12);
    }

    [Fact]
    public void Without_warm_up_it_begins_at_the_peak() =>
        Assert.Equal(0.5, new LearningRateSchedule(0.5, 0, 10, LearningRateDecay.Cosine).At(0));

    [Fact]
    public void A_constant_rate_stays() =>
        Assert.Equal(0.5, new LearningRateSchedule(0.5, 2, 10, LearningRateDecay.Constant).At(9));
}
