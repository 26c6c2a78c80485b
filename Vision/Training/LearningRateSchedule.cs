namespace Linnaeus.Vision.Training;

/// <summary>
/// Linear warmup to a peak, then half a cosine to 0 (Loshchilov and Hutter 2017, "SGDR", without restarts) or a constant:
/// a pure function of the step, so that a resumed run needs no scheduler state.
/// </summary>
/// <param name="Peak">Highest learning rate.</param>
/// <param name="WarmupSteps">Warmup steps; step <c>s</c> of them has <c>peak * (s + 1) / warmup</c>.</param>
/// <param name="TotalSteps">Total steps.</param>
/// <param name="Decay">Schedule after the warmup.</param>
public sealed record LearningRateSchedule(double Peak, long WarmupSteps, long TotalSteps, LearningRateDecay Decay)
{
    /// <summary>Learning rate of a step, counted from 0 over all epochs.</summary>
    public double At(long step)
    {
        if (step < WarmupSteps)
            return Peak * (step + 1) / WarmupSteps;
        if (Decay == LearningRateDecay.Constant)
            return Peak;
        var progress = Math.Clamp((step - WarmupSteps) / (double)Math.Max(1, TotalSteps - WarmupSteps), 0, 1);
        return Peak * 0.5 * (1 + Math.Cos(Math.PI * progress));
    }
}
