using System.Globalization;
using Linnaeus.Explainer.Engine;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Figures;

namespace Linnaeus.Explainer.Diagnosis;

/// <summary>What follows from the diagnosed images.</summary>
internal static class DiagnosisReports
{
    /// <summary>Wrong predictions on the contact sheet.</summary>
    public const int SheetImages = 12;

    private const int CaseExamples = 5;
    private const int FewestForSuspicion = 3;

    private static readonly (bool Correct, bool OnSubject, string Name, string Meaning, string Advice)[] Cases =
    [
        (true, true, "right_on_subject", "It is right and looks at the subject.", "Nothing needs to be done."),
        (true, false, "right_off_subject",
            "It is right by something else than the subject, such as the background, the border, a watermark or the light: a shortcut that fails elsewhere.",
            "Do not trust it on other images. Vary the backgrounds of these classes, crop closer to the subject, and see whether it is still right."),
        (false, true, "wrong_on_subject",
            "It looks at the subject and takes it for another class: classes that look alike, too few examples, or a wrong label.",
            "Check the labels, then add images of the classes that are confused, use larger images or train longer."),
        (false, false, "wrong_off_subject",
            "It was led astray by what is around the subject, which may be small, hidden or unlike the training images.",
            "Crop to the subject or use larger images; add training images with such surroundings, and augmentation by random crops and erasing."),
    ];

    /// <summary>The four cases, classes and suspicions.</summary>
    /// <param name="images">In the dataset's order, at least one.</param>
    /// <param name="classes">In the order of the outputs.</param>
    /// <param name="report">Everything else.</param>
    public static DiagnosisReport Of(IReadOnlyList<ImageDiagnosis> images, IReadOnlyList<string> classes, DiagnosisReport report)
    {
        var byClass = classes.Select(name => Class(name, [.. images.Where(image => image.Class == name)])).Where(found => found.Images > 0).ToList();
        return report with
        {
            Images = images.Count,
            Accuracy = images.Average(image => image.Correct ? 1.0 : 0.0),
            SubjectsByMask = images.Count(image => image.Subject == "mask"),
            SubjectsByCentre = images.Count(image => image.Subject == "centre"),
            MeanFocus = images.Average(image => image.Focus),
            MeanSubjectArea = images.Average(image => image.SubjectArea),
            WithoutEvidence = images.Count(image => image.Focus is null),
            Cases = [.. Cases.Select(one => Case(one, images))],
            Classes = byClass,
            ShortcutsSuspected = report.IsTooCoarse ? [] : [.. byClass.Where(one => one.Images >= FewestForSuspicion && 2 * one.OffSubject > one.Images).Select(one => one.Class)],
            ImageDiagnoses = images,
        };
    }

    /// <summary>The most confident wrong predictions, as SVG text.</summary>
    public static string ContactSheetOf(DiagnosisReport report, IReadOnlyList<DiagnosedImage> errors)
    {
        var tiles = errors.Select(error => new ContactSheetTile(
            error.Image!, error.Overlay!,
            [
                $"{error.Diagnosis.Class} taken for {error.Diagnosis.Predicted}",
                $"probability {Percent(error.Diagnosis.Probability)}, on the subject {(error.Diagnosis.Focus is { } focus ? Percent(focus) : "nothing")}",
            ],
            error.Diagnosis.Id)).ToList();
        var title = tiles.Count == 0 ? "No wrong predictions" : "Most confident wrong predictions";
        return ContactSheet.Draw($"{title}: models:/{report.Model}/{report.Version}, {report.Split}, {report.Parameters.Method.Title()}", tiles);
    }

    private static DiagnosisCase Case((bool Correct, bool OnSubject, string Name, string Meaning, string Advice) one, IReadOnlyList<ImageDiagnosis> images)
    {
        var found = images.Where(image => image.Correct == one.Correct && image.OnSubject == one.OnSubject).ToList();
        var examples = found.OrderByDescending(image => image.Probability).Take(CaseExamples).Select(image => image.Id);
        return new DiagnosisCase(
            one.Name, one.Correct, one.OnSubject, found.Count, found.Count / (double)images.Count, one.Meaning, one.Advice, [.. examples]);
    }

    private static ClassDiagnosis Class(string name, IReadOnlyList<ImageDiagnosis> images) => new(
        name, images.Count, images.Count(image => image.Correct), images.Count(image => !image.OnSubject), images.Average(image => image.Focus));

    private static string Percent(double share) => share.ToString("P0", CultureInfo.InvariantCulture);
}
