using Linnaeus.Explainer.Methods;
using Linnaeus.Registry.Client;

namespace Linnaeus.Explainer.Requests;

/// <summary>A valid <see cref="ExplanationRequest"/>.</summary>
/// <param name="Model">The version to explain.</param>
/// <param name="Method">How.</param>
/// <param name="Image">The image as sent.</param>
/// <param name="Target">The class to explain; null means the predicted one.</param>
/// <param name="Against">The contrast class, if any.</param>
/// <param name="Quality">Whether to measure faithfulness.</param>
public sealed record CheckedExplanation(
    ModelUri Model, IExplanationMethod Method, ImageReference Image, ClassReference? Target = null, ClassReference? Against = null,
    bool Quality = false);
