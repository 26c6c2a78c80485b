using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Diagnosing;

/// <summary>Texts about error analyses.</summary>
public static class DiagnosisText
{
    /// <summary>The selected images: <c>test</c>, <c>20 worst errors of test</c>.</summary>
    public static string Selection(DiagnosisSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec switch
        {
            { WorstErrors: { } count } => FormattableString.Invariant($"{count} worst errors of {spec.Split.Name()}"),
            { Images: { } images } => FormattableString.Invariant($"{images.Count} selected of {spec.Split.Name()}"),
            _ => spec.Split.Name(),
        };
    }

    /// <summary>One of the four cases: <c>Correct, focus on object</c>.</summary>
    public static string CaseName(bool correct, bool onSubject) => $"{(correct ? "Correct" : "Incorrect")}, focus {(onSubject ? "on" : "off")} object";

    /// <summary>How the report locates the object.</summary>
    public static string Subject(DiagnosisReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report switch
        {
            { SubjectsByCentre: 0 } => "Objects are located by segmentation masks.",
            { SubjectsByMask: 0 } => "No segmentation masks: the center of each image is taken as the object, so objects near the border count as off-object.",
            _ => FormattableString.Invariant($"Segmentation masks for {report.SubjectsByMask} images; for the other {report.SubjectsByCentre} the center is taken as the object."),
        };
    }
}
