using System.Diagnostics;
using Linnaeus.Vision.Evaluation;
using Linnaeus.Vision.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Training;

/// <summary>
/// Trains a network, one epoch per call: first the classifier on a frozen backbone, then both, as configured. All randomness derives from
/// (seed, epoch, step): on one machine and thread count, a run restored at any step is bitwise equal to one that was
/// never interrupted.
/// <code>
/// using var loop = new TrainingLoop(network, train, validation, options);
/// while (!loop.Finished)
/// {
///     var report = loop.RunEpoch(step => ..., cancellationToken);
///     loop.Save("checkpoint");
/// }
/// </code>
/// Not thread-safe. Calls block; use a dedicated thread.
/// </summary>
public sealed class TrainingLoop : IDisposable
{
    private readonly IBatchSource train;
    private readonly IBatchSource? validation;
    private readonly IReadOnlyList<TrainingPhase> phases;
    private readonly TrainableParts parts;
    private readonly Accumulation groups;
    private readonly Tensor? classWeights;
    private readonly ExponentialAverage? average;
    private readonly GradientStep step;
    private TrainingPhase phase;
    private WeightOptimizer optimizer;
    private (FeatureBatches? Train, FeatureBatches? Validation) features;
    private EpochProgress progress = new(0, 0, 0, 0);
    private StoppingState stopping = new(0, 0);

    /// <summary>Prepares training; the network keeps its weights and device.</summary>
    /// <param name="network">Trained in place; owned by the caller. Only parameters that require a gradient are trained.</param>
    /// <param name="train">Training images.</param>
    /// <param name="validation">Validation images, if any.</param>
    /// <param name="options">How to train.</param>
    /// <param name="classWeights">Weight of each class in the loss, [classes]; null for equal weights.</param>
    /// <exception cref="ArgumentException">An option outside its range, or no training images.</exception>
    public TrainingLoop(
        ImageClassifier network, IBatchSource train, IBatchSource? validation, TrainingOptions options, IReadOnlyList<double>? classWeights = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if (train.BatchCount == 0)
            throw new ArgumentException("There are no training images.", nameof(train));
        if (options.EarlyStopping is not null && validation is not { Count: > 0 })
            throw new ArgumentException("Early stopping needs validation images.", nameof(validation));
        (Network, this.train, this.validation, Options) = (network, train, validation, options);
        phases = TrainingPhase.Of(options);
        parts = new TrainableParts(network, options);
        groups = new Accumulation(train.BatchCount, options.AccumulationSteps);
        average = options.EmaDecay is { } decay ? new ExponentialAverage(network, decay) : null;
        this.classWeights = WeightsOn(network, classWeights);
        step = new GradientStep(network, average, groups, this.classWeights, options);
        (phase, optimizer) = Begin(phases[0]);
    }

    /// <summary>The network in training.</summary>
    public ImageClassifier Network { get; }

    /// <summary>The network to evaluate and keep: the EMA network (owned by this loop) if enabled, otherwise <see cref="Network"/>.</summary>
    public ImageClassifier Result => average?.Network ?? Network;

    /// <summary>Training options.</summary>
    public TrainingOptions Options { get; }

    /// <summary>Finished epochs.</summary>
    public int Epoch { get; private set; }

    /// <summary>Finished steps (batches) over all epochs.</summary>
    public long GlobalStep => ((long)Epoch * train.BatchCount) + progress.Steps;

    /// <summary>Whether all epochs are done or early stopping has triggered.</summary>
    public bool Finished => Epoch >= Options.Epochs || StoppedEarly;

    /// <summary>Whether early stopping has triggered.</summary>
    public bool StoppedEarly => stopping.IsOver(Options.EarlyStopping);

    /// <summary>The best epoch so far, if any.</summary>
    public BestEpoch? Best { get; private set; }

    /// <summary>
    /// Trains to the end of the current epoch and validates. When canceled, the loop stops after the last full step;
    /// <see cref="Save"/> keeps that position, and another call resumes from it.
    /// </summary>
    /// <param name="onStep">Called after each step, on this thread.</param>
    /// <param name="cancellationToken">Checked before each step and each validation batch.</param>
    /// <exception cref="TrainingDivergedException">The loss is not a finite number.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public EpochReport RunEpoch(Action<StepReport>? onStep = null, CancellationToken cancellationToken = default)
    {
        if (Finished)
            throw new InvalidOperationException(
                StoppedEarly ? $"The run stopped early after epoch {Epoch}." : $"All {Options.Epochs} epochs are done.");
        var clock = Stopwatch.StartNew();
        var (epoch, seenBefore) = (Epoch + 1, progress.Images);
        ComputeFeatures(cancellationToken);
        parts.SetModes();
        foreach (var batch in (features.Train ?? train).ReadEpoch(epoch, progress.Steps, cancellationToken))
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
            ? Evaluator.Run(Result, (features.Validation ?? validation).ReadEpoch(epoch, 0, cancellationToken), Forward(features.Validation), cancellationToken)
            : null;
        return EndEpoch(epoch, evaluation, imagesPerSecond, clock);
    }

    /// <summary>Writes a resumable checkpoint; <c>state.json</c> is written last, with the other files' SHA-256.</summary>
    /// <param name="folder">Created when missing; a checkpoint in it is replaced.</param>
    public void Save(string folder) => TrainingCheckpoint.Write(folder, Network, average?.Network, optimizer, new TrainingState
    {
        Epoch = Epoch,
        Progress = progress,
        Best = Best,
        Stopping = stopping,
        MidUpdate = !groups.BeginsAt(progress.Steps),
        Options = Options,
        BatchCount = train.BatchCount,
    });

    /// <summary>Resumes from a folder written by <see cref="Save"/>.</summary>
    /// <exception cref="Checkpoints.CheckpointException">Incomplete or corrupt checkpoint, or one of another network, data or options; nothing is changed.</exception>
    public void Restore(string folder)
    {
        var state = TrainingCheckpoint.ReadState(folder, Options, train.BatchCount);
        var restored = new WeightOptimizer(parts.Of(PhaseAt(state.Epoch)), Options);
        try
        {
            TrainingCheckpoint.Load(folder, state, Network, average?.Network, restored);
        }
        catch
        {
            restored.Dispose();
            throw;
        }

        optimizer.Dispose();
        ForgetFeatures();
        (phase, optimizer) = (PhaseAt(state.Epoch), restored);
        parts.Thaw(parts.Of(phase));
        (Epoch, progress, Best, stopping) = (state.Epoch, state.Progress, state.Best, state.Stopping);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ForgetFeatures();
        optimizer.Dispose();
        average?.Dispose();
        classWeights?.Dispose();
    }

    private StepReport Step(ImageBatch batch, int epoch)
    {
        var number = progress.Steps;
        var update = ((long)(epoch - 1) * groups.Updates) + groups.UpdateOf(number);
        var learningRate = RateOf(update);
        var (loss, correct) = step.Run(batch, Forward(features.Train, Options.Precision), optimizer, new StepPlace(epoch, number, update, learningRate));
        return new StepReport(epoch, number + 1, train.BatchCount, GlobalStep + 1, loss, correct, batch.Count, learningRate);
    }

    private EpochReport EndEpoch(int epoch, EvaluationReport? evaluation, double imagesPerSecond, Stopwatch clock)
    {
        var candidate = new BestEpoch(epoch, evaluation?.Accuracy, evaluation?.Loss ?? progress.MeanLoss);
        var isBest = candidate.IsBetterThan(Best);
        if (isBest)
            Best = candidate;
        if (Options.EarlyStopping is { } rule)
            stopping = stopping.After(evaluation!.Accuracy, rule);
        var done = progress;
        var rate = RateOf(((long)epoch * groups.Updates) - 1);
        (Epoch, progress) = (epoch, new EpochProgress(0, 0, 0, 0));
        if (PhaseAt(epoch) != phase)
            BeginNextPhase();
        return new EpochReport
        {
            Epoch = epoch,
            Epochs = Options.Epochs,
            TrainLoss = done.MeanLoss,
            TrainAccuracy = done.Accuracy,
            ValLoss = evaluation?.Loss,
            ValAccuracy = evaluation?.Accuracy,
            LearningRate = rate,
            ImagesPerSecond = imagesPerSecond,
            EpochSeconds = clock.Elapsed.TotalSeconds,
            IsBest = isBest,
        };
    }

    /// <summary>The phase after this many epochs; the last one at the end.</summary>
    private TrainingPhase PhaseAt(int epoch) => phases.Last(p => p.FirstEpoch <= Math.Min(epoch, Options.Epochs - 1));

    private (TrainingPhase Phase, WeightOptimizer Optimizer) Begin(TrainingPhase next)
    {
        var trained = parts.Of(next);
        parts.Thaw(trained);
        return (next, new WeightOptimizer(trained, Options));
    }

    private void BeginNextPhase()
    {
        optimizer.Dispose();
        ForgetFeatures();
        (phase, optimizer) = Begin(PhaseAt(Epoch));
        stopping = new StoppingState(0, 0);
    }

    private double RateOf(long update) =>
        phase.Schedule(Options, groups.Updates).At(update - ((long)phase.FirstEpoch * groups.Updates));

    /// <summary>Caches the frozen backbone's features for the whole phase if the images do not change.</summary>
    private void ComputeFeatures(CancellationToken cancellationToken)
    {
        if (!phase.Frozen)
            return;
        features.Train ??= FeatureBatches.Of(Network, train, cancellationToken);
        if (validation is { Count: > 0 })
            features.Validation ??= FeatureBatches.Of(Network, validation, cancellationToken);
    }

    private void ForgetFeatures()
    {
        features.Train?.Dispose();
        features.Validation?.Dispose();
        features = (null, null);
    }

    /// <summary>Maps a batch to logits: with the classifier alone if its features are cached.</summary>
    private static Func<ImageClassifier, Tensor, Tensor> Forward(FeatureBatches? known, TrainingPrecision precision = TrainingPrecision.Fp32) =>
        (known, precision) switch
        {
            ({ }, _) => (network, pooled) => network.Classify(pooled),
            (null, TrainingPrecision.Bf16) => (network, images) => network.call(images.to(ScalarType.BFloat16)),
            _ => (network, images) => network.call(images),
        };

    private static Tensor? WeightsOn(ImageClassifier network, IReadOnlyList<double>? weights)
    {
        if (weights is null)
            return null;
        if (weights.Count != network.Classes || weights.Any(weight => !(weight > 0 && double.IsFinite(weight))))
            throw new ArgumentException($"Each of the {network.Classes} classes needs a weight above 0.", nameof(weights));
        return tensor(weights.Select(weight => (float)weight).ToArray(), device: network.Head.weight.device).DetachFromDisposeScope();
    }
}
