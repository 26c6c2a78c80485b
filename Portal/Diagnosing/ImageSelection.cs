using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Diagnosing;

/// <summary>The images of a report to list, as selected in the URL.</summary>
/// <param name="Case">Name of one of the four cases; null for all.</param>
/// <param name="Class">True class; null for all.</param>
/// <param name="Page">1-based.</param>
public sealed record ImageSelection(string? Case, string? Class, int Page)
{
    public const int PageSize = 50;

    /// <summary>Most confident predictions first.</summary>
    public IReadOnlyList<ImageDiagnosis> Of(DiagnosisReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var wanted = report.Cases.FirstOrDefault(found => found.Name == Case);
        return [.. report.ImageDiagnoses
            .Where(image => wanted is null || (image.Correct == wanted.Correct && image.OnSubject == wanted.OnSubject))
            .Where(image => Class is null || image.Class == Class)
            .OrderByDescending(image => image.Probability)];
    }

    /// <summary>Query parameters; null omits one.</summary>
    public IReadOnlyDictionary<string, object?> Parameters =>
        new Dictionary<string, object?> { ["case"] = Case, ["class"] = Class, ["page"] = Page > 1 ? Page : null };
}
