using Linnaeus.Vision.Data;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Randomness;
using TorchSharp;

using static TorchSharp.torch;

namespace Linnaeus.Vision.Training;

/// <summary>The position of a batch in a run.</summary>
/// <param name="Epoch">Epoch from 1.</param>
/// <param name="Batch">Batch within the epoch from 0.</param>
/// <param name="Update">Update from 0 over all epochs.</param>
/// <param name="LearningRate">Learning rate of that update.</param>
internal readonly record struct StepPlace(int Epoch, int Batch, long Update, double LearningRate);

/// <summary>Runs forward and backward passes, and updates the weights and their average after the last batch of a group.</summary>
/// <param name="network">In training mode.</param>
/// <param name="average">Average of the weights; null without EMA.</param>
/// <param name="groups">Grouping of batches into updates.</param>
/// <param name="classWeights">float32 [classes], or null.</param>
/// <param name="options">How to train.</param>
internal sealed class GradientStep(
    ImageClassifier network, ExponentialAverage? average, Accumulation groups, Tensor? classWeights, TrainingOptions options)
{
    /// <summary>Trains on one batch.</summary>
    /// <param name="forward">Computes the logits of <see cref="ImageBatch.Images"/>.</param>
    /// <returns>The mean loss and the number of correct predictions.</returns>
    /// <exception cref="TrainingDivergedException">The loss is not a finite number.</exception>
    public (double Loss, int Correct) Run(
        ImageBatch batch, Func<ImageClassifier, Tensor, Tensor> forward, WeightOptimizer optimizer, StepPlace place)
    {
        using var scope = NewDisposeScope();
        // Dropout and stochastic depth depend only on the position in the run, so that it can be resumed.
        manual_seed(new CounterRandom(options.Seed, RandomPurpose.Dropout, place.Epoch, place.Batch).NextUInt32());

        if (groups.BeginsAt(place.Batch))
            optimizer.ZeroGradients();
        var logits = forward(network, batch.Images);
        var loss = nn.functional.cross_entropy(
            logits, batch.SoftLabels ?? batch.Labels, weight: classWeights, label_smoothing: options.LabelSmoothing);
        loss.div(groups.SizeAt(place.Batch)).backward();
        // Read both at once, because every read synchronizes with the GPU.
        var read = stack([loss.detach(), logits.argmax(1).eq(batch.Labels).sum().to(loss.dtype)]).cpu().data<float>();
        var (value, correct) = (read[0], (int)read[1]);
        if (!float.IsFinite(value))
            throw new TrainingDivergedException(
                $"The loss is {value} at epoch {place.Epoch}, step {place.Batch + 1}. A lower learning rate (now {place.LearningRate:g3}) or a longer "
                + "warmup usually helps.");
        if (groups.EndsAt(place.Batch))
            Update(optimizer, place);
        return (value, correct);
    }

    private void Update(WeightOptimizer optimizer, StepPlace place)
    {
        if (options.GradientClip is { } largest)
            optimizer.ClipGradients(largest);
        optimizer.Step(place.LearningRate);
        average?.Update(place.Update);
    }
}
