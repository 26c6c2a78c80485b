
namespace Linnaeus.Registry.Jobs.Specs;

/// <summary>Reads and checks an <see cref="ExplanationSpec"/>.</summary>
internal static class ExplanationSpecReader
{
    private const int MostImages = 256;

    public static ExplanationSpec Read(SpecReader json, Faults faults)
    {
        var defaults = new ExplanationSpec();
        var spec = new ExplanationSpec
        {
            Model = json.RequiredText("model", "models:/flowers/1"),
            Methods = json.Texts("methods", defaults.Methods, 1, ExplanationMethods.All.Count),
            Images = json.Texts("images", [], 1, MostImages),
            Steps = (int)json.Integer("steps", defaults.Steps, 2, 1000),
        };
        json.RejectUnknown();

        if (!faults.Has(json.PathOf("model")) && !ModelUri.TryParse(spec.Model, out _))
            faults.Add(json.PathOf("model"), $"must be \"models:/NAME/VERSION\" or \"models:/NAME@ALIAS\"; \"{spec.Model}\" was given.");
        if (!json.Has("images"))
            faults.Add(json.PathOf("images"), $"is required: 1 to {MostImages} artifact URIs, e.g. \"runs:/RUN_ID/samples/003.png\".");
        CheckMethods(spec.Methods, json, faults);
        for (var i = 0; i < spec.Images.Count; i++)
            if (!ArtifactUri.TryParse(spec.Images[i], out _))
                faults.Add($"{json.PathOf("images")}[{i}]", $"must be an artifact URI such as \"runs:/RUN_ID/samples/003.png\"; \"{spec.Images[i]}\" was given.");
        return spec;
    }

    private static void CheckMethods(IReadOnlyList<string> methods, SpecReader json, Faults faults)
    {
        for (var i = 0; i < methods.Count; i++)
            if (!ExplanationMethods.All.Contains(methods[i]))
                faults.Add($"{json.PathOf("methods")}[{i}]", $"must be \"{string.Join("\" or \"", ExplanationMethods.All)}\"; \"{methods[i]}\" was given.");
        if (methods.Distinct().Count() < methods.Count)
            faults.Add(json.PathOf("methods"), "names a method more than once.");
    }
}
