namespace Linnaeus.Contracts;

/// <summary><c>POST /api/predictions</c> at the Explainer: classifies images with a version.</summary>
public sealed record PredictionRequest
{
    /// <summary><c>models:/name/3</c> or <c>models:/name@alias</c>. Required.</summary>
    public string Model { get; init; } = "";

    /// <summary>1 to 16 images, each as <see cref="ExplanationRequest.Image"/>. Required.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];
}

/// <summary>Answer of <c>POST /api/predictions</c>.</summary>
/// <param name="ModelUri"><c>models:/NAME/VERSION</c>, also when the request named an alias.</param>
/// <param name="ModelChecksum">SHA-256 over the version's files.</param>
/// <param name="Temperature">Softmax temperature that calibrates the probabilities; absent where the version has none.</param>
/// <param name="Predictions">One for each image, in order.</param>
public sealed record PredictionAnswer(
    string Model, string Version, string ModelUri, string ModelChecksum, double? Temperature, IReadOnlyList<ImagePrediction> Predictions);

/// <summary>A version's prediction for one image.</summary>
/// <param name="ImageSha256">SHA-256 of the image file.</param>
/// <param name="Probability">Probability of the predicted class, 0..1.</param>
/// <param name="Top5">The five most probable classes (fewer where there are fewer), most probable first.</param>
public sealed record ImagePrediction(
    string ImageSha256, string PredictedClass, int PredictedIndex, double Probability, IReadOnlyList<ClassScore> Top5);
