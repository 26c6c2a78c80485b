using System.Diagnostics;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Evaluation;
using Linnaeus.Vision.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Training;

/// <summary>
/// Trains a network, one epoch a call. Everything random follows from (seed, epoch, step), so that on one machine and thread
/// count a run that was saved and restored at any step gives the same bits as one that was never stopped.
/// <code>
/// using var loop = new TrainingLoop(network, train, validation, options);
/// while (!loop.Finished)
/// {
///     var report = loop.RunEpoch(step => ..., cancellationToken);
///     loop.Save("checkpoint");
/// }
/// </code>
/// Not thread-safe. Calls block; give a long run a thread of its own.
/// </summary>
public sealed class TrainingLoop : IDisposable
{
    private readonly IBatchSource train;
    private readonly IBatchSource? validation;
    private readonly LearningRateSchedule schedule;
    private readonly WeightOptimizer optimizer;
    private readonly ExponentialAverage? average;
    private EpochProgress progress = new(0, 0, 0, 0);

    /// <summary>Prepares a training; the network keeps its weights and device.</summary>
    /// <param name="network">Trained in place; stays the caller's. Only parameters that require a gradient are trained.</param>
    /// <param name="train">Training images.</param>
    /// <param name="validation">Images for <see cref="EpochReport.ValAccuracy"/>, if there are any.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="ArgumentException">An option outside its range, or no training images.</exception>
    public TrainingLoop(ImageClassifier network, IBatchSource train, IBatchSource? validation, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if (train.BatchCount == 0)
            throw new ArgumentException("There are no training images.", nameof(train));
        (Network, this.train, this.validation, Options) = (network, train, validation, options);
        schedule = new LearningRateSchedule(
            options.LearningRate,
            (long)Math.Round(options.WarmupEpochs * train.BatchCount),
            (long)options.Epochs * train.BatchCount,
            options.Schedule);
        optimizer = new WeightOptimizer(network, options.LearningRate, options.WeightDecay);
        average = options.EmaDecay is { } decay ? new ExponentialAverage(network, decay) : null;
    }

    /// <summary>The network in training.</summary>
    public ImageClassifier Network { get; }

    /// <summary>The network to evaluate and to keep: the averaged one where an average is kept, else <see cref="Network"/>. Owned by this loop or the caller respectively.</summary>
    public ImageClassifier Result => average?.Network ?? Network;

    /// <summary>How it trains.</summary>
    public TrainingOptions Options { get; }

    /// <summary>Finished epochs.</summary>
    public int Epoch { get; private set; }

    /// <summary>Finished steps over all epochs.</summary>
    public long GlobalStep => ((long)Epoch * train.BatchCount) + progress.Steps;

    /// <summary>Whether all epochs are done.</summary>
    public bool Finished => Epoch >= Options.Epochs;

    /// <summary>The best epoch so far, if one is done.</summary>
    public BestEpoch? Best { get; private set; }

    /// <summary>
    /// Trains to the end of the current epoch and validates. When cancelled between two steps the loop stands after the last whole step:
    /// <see cref="Save"/> keeps that place, and a further call goes on from it.
    /// </summary>
    /// <param name="onStep">Told of each step, on this thread.</param>
    /// <param name="cancellationToken">Looked at before each step and each validation batch.</param>
    /// <exception cref="TrainingDivergedException">The loss is not a finite number.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public EpochReport RunEpoch(Action<StepReport>? onStep = null, CancellationToken cancellationToken = default)
    {
        if (Finished)
            throw new InvalidOperationException($"All {Options.Epochs} epochs are done.");
        var clock = Stopwatch.StartNew();
        var (epoch, seenBefore) = (Epoch + 1, progress.Images);

        Network.train();
        foreach (var batch in train.ReadEpoch(epoch, progress.Steps, cancellationToken))
        {
            using (batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var report = Step(batch, epoch);
                progress = progress.After(report);
                onStep?.Invoke(report);
            }
        }

        var imagesPerSecond = (progress.Images - seenBefore) / clock.Elapsed.TotalSeconds;
        var evaluation = validation is { Count: > 0 }
            ? Evaluator.Run(Result, validation.ReadEpoch(epoch, 0, cancellationToken), cancellationToken)
            : null;
        var candidate = new BestEpoch(epoch, evaluation?.Accuracy, evaluation?.Loss ?? progress.MeanLoss);
        var isBest = candidate.IsBetterThan(Best);
        if (isBest)
            Best = candidate;
        var done = progress;
        (Epoch, progress) = (epoch, new EpochProgress(0, 0, 0, 0));
        return new EpochReport
        {
            Epoch = epoch,
            Epochs = Options.Epochs,
            TrainLoss = done.MeanLoss,
            TrainAccuracy = done.Accuracy,
            ValLoss = evaluation?.Loss,
            ValAccuracy = evaluation?.Accuracy,
            LearningRate = schedule.At(GlobalStep - 1),
            ImagesPerSecond = imagesPerSecond,
            EpochSeconds = clock.Elapsed.TotalSeconds,
            IsBest = isBest,
        };
    }

    /// <summary>Writes everything needed to go on from here into a folder; <c>state.json</c> comes last and holds the other files' SHA-256.</summary>
    /// <param name="folder">Created when missing; a checkpoint in it is replaced.</param>
    public void Save(string folder) => TrainingCheckpoint.Write(
        folder, Network, average?.Network, optimizer, new TrainingState { Epoch = Epoch, Progress = progress, Best = Best, Options = Options, BatchCount = train.BatchCount });

    /// <summary>Goes on from a folder that <see cref="Save"/> wrote.</summary>
    /// <exception cref="Checkpoints.CheckpointException">Incomplete or damaged checkpoint, or one of another network, data or options; nothing is changed then.</exception>
    public void Restore(string folder)
    {
        var state = TrainingCheckpoint.Read(folder, Network, average?.Network, optimizer, Options, train.BatchCount);
        (Epoch, progress, Best) = (state.Epoch, state.Progress, state.Best);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.Dispose();
        average?.Dispose();
    }

    private StepReport Step(ImageBatch batch, int epoch)
    {
        using var scope = NewDisposeScope();
        var (step, globalStep) = (progress.Steps, GlobalStep);
        var learningRate = schedule.At(globalStep);
        // Dropout and stochastic depth depend on the place in the run alone, not on what was drawn before.
        manual_seed(new CounterRandom(Options.Seed, RandomPurpose.Dropout, epoch, step).NextUInt32());

        optimizer.ZeroGradients();
        var logits = Network.call(batch.Images);
        var loss = nn.functional.cross_entropy(logits, batch.SoftLabels ?? batch.Labels, label_smoothing: Options.LabelSmoothing);
        loss.backward();
        var value = loss.item<float>();
        if (!float.IsFinite(value))
            throw new TrainingDivergedException(
                $"The loss is {value} at epoch {epoch}, step {step + 1}. A lower learning rate (now {learningRate:g3}) or a longer warm-up usually helps.");
        optimizer.Step(learningRate);
        average?.Update(globalStep);
        var correct = logits.argmax(1).eq(batch.Labels).sum().item<long>();
        return new StepReport(epoch, step + 1, train.BatchCount, globalStep + 1, value, (int)correct, batch.Count, learningRate);
    }
}
