namespace Linnaeus.Registry.Jobs.Specs;

/// <summary>Reads and validates a <see cref="DiagnosisSpec"/>.</summary>
internal static class DiagnosisSpecReader
{
    public static DiagnosisSpec Read(SpecReader json, Faults faults)
    {
        var spec = json.Read<DiagnosisSpec>();
        if (!faults.Has(json.PathOf("model")) && !ModelUri.TryParse(spec.Model, out _))
            faults.Add(json.PathOf("model"), $"must be \"models:/NAME/VERSION\" or \"models:/NAME@ALIAS\", got \"{spec.Model}\".");
        return spec;
    }
}
