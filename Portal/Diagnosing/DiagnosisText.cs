using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Diagnosing;

/// <summary>Diagnoses in words.</summary>
public static class DiagnosisText
{
    /// <summary>Which images are looked at: <c>test</c>, <c>20 worst errors of test</c>.</summary>
    public static string Selection(DiagnosisSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec switch
        {
            { WorstErrors: { } count } => FormattableString.Invariant($"{count} worst errors of {spec.Split}"),
            { Images: { } images } => FormattableString.Invariant($"{images.Count} chosen of {spec.Split}"),
            _ => spec.Split,
        };
    }

    /// <summary>One of the four cases: <c>Right, on the subject</c>.</summary>
    public static string CaseName(bool correct, bool onSubject) => $"{(correct ? "Right" : "Wrong")}, {(onSubject ? "on" : "off")} the subject";

    /// <summary>How the report knows where the subject is, and what follows for its reader.</summary>
    public static string Subject(DiagnosisReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report switch
        {
            { SubjectsByCentre: 0 } => "The dataset marks the subject of every image.",
            { SubjectsByMask: 0 } => "The dataset marks no subjects: the middle of each image is taken for the subject, so that a flower at the border counts as off the subject.",
            _ => FormattableString.Invariant($"The dataset marks the subject of {report.SubjectsByMask} images; in the other {report.SubjectsByCentre} the middle is taken for it."),
        };
    }
}
