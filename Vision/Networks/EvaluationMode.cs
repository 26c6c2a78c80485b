namespace Linnaeus.Vision.Networks;

/// <summary>
/// Keeps a network in evaluation mode (running batch-norm statistics, no dropout, no skipped blocks) until disposed, then restores its mode.
/// A network already in evaluation mode is not touched, so that threads may share it.
/// </summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly ImageClassifier? changed;

    private EvaluationMode(ImageClassifier? changed) => this.changed = changed;

    public static EvaluationMode Of(ImageClassifier network)
    {
        if (!network.training)
            return new EvaluationMode(null);
        network.eval();
        return new EvaluationMode(network);
    }

    public void Dispose() => changed?.train();
}
