using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Diagnosing;

/// <summary>Which images of a report are listed, as the address says.</summary>
/// <param name="Case">One of the four, by name; null for all.</param>
/// <param name="Class">True class; null for all.</param>
/// <param name="Page">From 1.</param>
public sealed record ImageSelection(string? Case, string? Class, int Page)
{
    public const int PageSize = 50;

    /// <summary>The surest predictions first: of these one learns most.</summary>
    public IReadOnlyList<ImageDiagnosis> Of(DiagnosisReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var wanted = report.Cases.FirstOrDefault(found => found.Name == Case);
        return [.. report.ImageDiagnoses
            .Where(image => wanted is null || (image.Correct == wanted.Correct && image.OnSubject == wanted.OnSubject))
            .Where(image => Class is null || image.Class == Class)
            .OrderByDescending(image => image.Probability)];
    }

    /// <summary>The parameters of its address; null for those it leaves out.</summary>
    public IReadOnlyDictionary<string, object?> Parameters =>
        new Dictionary<string, object?> { ["case"] = Case, ["class"] = Class, ["page"] = Page > 1 ? Page : null };
}
