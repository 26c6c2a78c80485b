using System.Globalization;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;
using Linnaeus.Trainer.Downloads;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Training;
using TorchSharp;

namespace Linnaeus.Trainer.Runs;

/// <summary>Prepares a run from its spec and records the dataset, weights and device with it.</summary>
internal sealed class TrainingPreparation(
    TrainingSpec spec, RunRecord run, TrainerOptions options, OfficialFiles officialFiles, string scratch, ILogger logger)
{
    /// <summary>Tag with the run's training precision.</summary>
    private const string PrecisionTag = "linnaeus.precision";

    public async Task<TrainingSetup> PrepareAsync(CancellationToken cancellationToken)
    {
        var device = DeviceChoice.Resolve(spec.Device);
        var (dataset, nearDuplicates) = await new DatasetOpening(spec, run, options, officialFiles, logger).OpenAsync(cancellationToken);
        var sources = BatchSources.Create(spec, dataset, device);
        var network = Architectures.Create(spec.Architecture, dataset.Classes.Count, spec.Dropout, spec.Seed);
        try
        {
            var weights = await new StartingWeights(spec, run, options, officialFiles, scratch).PutIntoAsync(network, cancellationToken);
            network.to(device);
            var precision = await PrecisionAsync(device, cancellationToken);
            await RecordAsync(network, sources, device, weights, cancellationToken);
            await new Previews(run, sources, spec.Seed).UploadAsync(dataset, cancellationToken);
            return new TrainingSetup(device, dataset, network, sources, CreateLoop(network, dataset, sources, precision)) { NearDuplicates = nearDuplicates };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private TrainingLoop CreateLoop(ImageClassifier network, Dataset dataset, BatchSources sources, TrainingPrecision precision)
    {
        if (spec.EarlyStopping is not null && sources.Validation is null)
            throw new JobFaultException(
                $"Early stopping needs validation images, but {spec.Dataset} has none. Set validation_fraction or remove early_stopping.");
        var weights = spec.ClassBalance == ClassBalancing.Weights ? ClassWeights.Balanced(dataset.Train, dataset.Classes.Count) : null;
        return new TrainingLoop(network, sources.Train, sources.Validation, Recipe.Of(spec, precision), weights);
    }

    /// <summary>The precision to train in. A resumed run keeps its precision, because its checkpoints depend on it.</summary>
    private async Task<TrainingPrecision> PrecisionAsync(torch.Device device, CancellationToken cancellationToken)
    {
        var known = await run.GetAsync(cancellationToken);
        var asked = Choice.TryParse<Precision>(known.Tags.GetValueOrDefault(PrecisionTag), out var before) ? before : spec.Precision;
        var precision = asked switch
        {
            Precision.Bf16 => TrainingPrecision.Bf16,
            Precision.Fp32 => TrainingPrecision.Fp32,
            Precision.Auto => PrecisionChoice.On(device),
            _ => throw new InvalidOperationException($"Unknown precision {asked}."),
        };
        var name = (precision == TrainingPrecision.Bf16 ? Precision.Bf16 : Precision.Fp32).Name();
        logger.LogInformation("Training in {Precision} on {Device} (requested: {Asked})", name, device, spec.Precision.Name());
        await run.SetTagsAsync(new Dictionary<string, string> { [PrecisionTag] = name }, cancellationToken);
        return precision;
    }

    private async Task RecordAsync(
        ImageClassifier network, BatchSources sources, torch.Device device, WeightsReport weights, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>(sources.Effective)
        {
            ["model.parameters"] = network.parameters().Sum(parameter => parameter.numel()).ToString(CultureInfo.InvariantCulture),
            ["steps_per_epoch"] = sources.Train.BatchCount.ToString(CultureInfo.InvariantCulture),
        };
        parameters.Remove("augmentation"); // already recorded by the spec
        await run.LogParamsAsync(parameters, cancellationToken);
        // Tags, not params: another machine may resume this run.
        await run.SetTagsAsync(new Dictionary<string, string>
        {
            ["linnaeus.device"] = device.ToString(),
            ["linnaeus.threads"] = torch.get_num_threads().ToString(CultureInfo.InvariantCulture),
            ["linnaeus.torch"] = torch.__version__,
            ["linnaeus.weights"] = weights.Message,
            ["linnaeus.host"] = Environment.MachineName,
        }, cancellationToken);
    }
}
