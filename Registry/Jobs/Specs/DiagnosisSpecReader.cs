
namespace Linnaeus.Registry.Jobs.Specs;

/// <summary>Reads and checks a <see cref="DiagnosisSpec"/>.</summary>
internal static class DiagnosisSpecReader
{
    private const int MostImages = 1000;

    public static DiagnosisSpec Read(SpecReader json, Faults faults)
    {
        var defaults = new DiagnosisSpec();
        var images = json.Texts("images", [], 1, MostImages);
        var worst = (int)json.Integer("worst_errors", 0, 1, MostImages);
        var spec = new DiagnosisSpec
        {
            Model = json.RequiredText("model", "models:/flowers/1"),
            Method = json.Choice("method", defaults.Method, [.. ExplanationMethods.All]),
            Steps = (int)json.Integer("steps", defaults.Steps, 2, 1000),
            Split = json.Choice("split", defaults.Split, "test", "validation", "train"),
            Images = images.Count > 0 ? images : null,
            WorstErrors = worst > 0 ? worst : null,
            FocusThreshold = json.Real("focus_threshold", defaults.FocusThreshold, Interval.Open(0, 1)),
            SanityImages = (int)json.Integer("sanity_images", defaults.SanityImages, 0, 64),
            Seed = json.Integer("seed", defaults.Seed, 0, long.MaxValue),
        };
        json.RejectUnknown();
        if (!faults.Has(json.PathOf("model")) && !ModelUri.TryParse(spec.Model, out _))
            faults.Add(json.PathOf("model"), $"must be \"models:/NAME/VERSION\" or \"models:/NAME@ALIAS\"; \"{spec.Model}\" was given.");
        return spec;
    }
}
