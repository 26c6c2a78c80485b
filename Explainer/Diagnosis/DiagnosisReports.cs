using System.Globalization;
using Linnaeus.Explainer.Engine;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Figures;

namespace Linnaeus.Explainer.Diagnosis;

/// <summary>Summarizes analyzed images as a report.</summary>
internal static class DiagnosisReports
{
    /// <summary>Maximum number of errors on the contact sheet.</summary>
    public const int SheetImages = 12;

    private const int CaseExamples = 5;
    private const int FewestForSuspicion = 3;

    private static readonly (bool Correct, bool OnSubject, string Name, string Meaning, string Advice)[] Cases =
    [
        (true, true, "right_on_subject", "Correct, and the model attends to the object.", "No action needed."),
        (true, false, "right_off_subject",
            "Correct, but the evidence is off the object (background, border, watermark, lighting). The model may rely on a shortcut that does not generalize.",
            "Do not rely on these predictions for other images. Vary the backgrounds of these classes, crop closer to the object and check whether the prediction stays correct."),
        (false, true, "wrong_on_subject",
            "Incorrect, although the model attends to the object: similar classes, too few examples or a wrong label.",
            "Check the labels. Then add images of the confused classes, increase the image size or train longer."),
        (false, false, "wrong_off_subject",
            "Incorrect, and the model attends to the surroundings: the object may be small, occluded or unlike the training images.",
            "Crop to the object or increase the image size. Add training images with similar surroundings, and use random crops and random erasing."),
    ];

    /// <summary>Adds the four cases, the per-class results and the suspected shortcuts.</summary>
    /// <param name="images">In the dataset's order, at least one.</param>
    /// <param name="classes">In the order of the outputs.</param>
    /// <param name="report">All other fields.</param>
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

    /// <summary>The most confident errors as SVG.</summary>
    public static string ContactSheetOf(DiagnosisReport report, IReadOnlyList<DiagnosedImage> errors)
    {
        var tiles = errors.Select(error => new ContactSheetTile(
            error.Image!, error.Overlay!,
            [
                $"{error.Diagnosis.Class} predicted as {error.Diagnosis.Predicted}",
                $"confidence {Percent(error.Diagnosis.Probability)}, on object {(error.Diagnosis.Focus is { } focus ? Percent(focus) : "none")}",
            ],
            error.Diagnosis.Id)).ToList();
        var title = tiles.Count == 0 ? "No errors" : "Most confident errors";
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
