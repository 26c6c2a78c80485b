namespace Linnaeus.Vision.Evaluation;

/// <summary>A class with its probability.</summary>
/// <param name="Class">Class index.</param>
/// <param name="Probability">Softmax probability in 0..1.</param>
public sealed record ClassProbability(int Class, double Probability);

/// <summary>A network's prediction for one image.</summary>
/// <param name="Id">Stable name of the image.</param>
/// <param name="Label">True class index.</param>
/// <param name="Predicted">Class index with the highest logit.</param>
/// <param name="Loss">Cross-entropy in nats, without label smoothing.</param>
/// <param name="Top">The five most probable classes (fewer where there are fewer), most probable first.</param>
public sealed record Prediction(string Id, int Label, int Predicted, double Loss, IReadOnlyList<ClassProbability> Top)
{
    /// <summary>Whether the prediction is correct.</summary>
    public bool Correct => Predicted == Label;

    /// <summary>Probability of the predicted class in 0..1: the network's confidence.</summary>
    public double Probability => Top[0].Probability;

    /// <summary>SHA-256 of the image in lower-case hex, see <see cref="Data.Sample.Sha256"/>.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Logits of all classes; omitted from documents to keep them small.</summary>
    public IReadOnlyList<float>? Logits { get; init; }
}
