namespace Linnaeus.Registry.Jobs.Specs;

/// <summary>Reads and validates an <see cref="ExplanationSpec"/>.</summary>
internal static class ExplanationSpecReader
{
    public static ExplanationSpec Read(SpecReader json, Faults faults)
    {
        var spec = json.Read<ExplanationSpec>();
        if (!faults.Has(json.PathOf("model")) && !ModelUri.TryParse(spec.Model, out _))
            faults.Add(json.PathOf("model"), $"must be \"models:/NAME/VERSION\" or \"models:/NAME@ALIAS\", got \"{spec.Model}\".");
        if (!json.Has("images"))
            faults.Add(json.PathOf("images"), $"is required: 1 to {ExplanationSpec.MostImages} artifact URIs, e.g. \"runs:/RUN_ID/samples/003.png\".");
        for (var i = 0; i < spec.Images.Count; i++)
            if (!ArtifactUri.TryParse(spec.Images[i], out _))
                faults.Add($"{json.PathOf("images")}[{i}]", $"must be an artifact URI such as \"runs:/RUN_ID/samples/003.png\", got \"{spec.Images[i]}\".");
        return spec;
    }
}
