using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>Error analysis and attention report of a version: <c>GET /api/explanations/reports/{id}</c> at the Explainer.</summary>
public sealed record DiagnosisReport
{
    /// <summary>The job's id.</summary>
    public required string Id { get; init; }

    public required string Model { get; init; }

    public required string Version { get; init; }

    /// <summary>SHA-256 over the version's files.</summary>
    public required string ModelChecksum { get; init; }

    /// <summary>The method and its parameters.</summary>
    public required MethodParameters Parameters { get; init; }

    public required string Dataset { get; init; }

    public required string DatasetFingerprint { get; init; }

    public required string Split { get; init; }

    /// <summary>Which images of the split were analyzed: all, a list, or the worst errors.</summary>
    public required string Selection { get; init; }

    /// <summary>Number of images explained.</summary>
    public int Images { get; init; }

    /// <summary>Accuracy on these images, 0..1.</summary>
    public double Accuracy { get; init; }

    public required double FocusThreshold { get; init; }

    /// <summary>
    /// Images whose object is marked by a mask of the dataset, and images where it is assumed to be in the center. Results for the latter
    /// are only as good as that assumption.
    /// </summary>
    public int SubjectsByMask { get; init; }

    /// <inheritdoc cref="SubjectsByMask"/>
    public int SubjectsByCentre { get; init; }

    /// <summary>
    /// Cells per side of the class activation maps, about 1/32 of the image's side at the last layer; absent for methods with pixel
    /// resolution.
    /// </summary>
    public int? MapCells { get; init; }

    /// <summary>Whether the maps are too coarse to separate the object from its surroundings: fewer than 4 cells per side.</summary>
    [JsonIgnore]
    public bool IsTooCoarse => MapCells < 4;

    /// <summary>Mean fraction of the positive attribution on the object; absent where no image has any.</summary>
    public double? MeanFocus { get; init; }

    /// <summary>Mean fraction of the image covered by the object: the focus of an uninformative map.</summary>
    public double MeanSubjectArea { get; init; }

    /// <summary>Images without positive attribution for the predicted class; they count as off-object.</summary>
    public int WithoutEvidence { get; init; }

    /// <summary>Outcome (correct or incorrect) by focus (on or off the object).</summary>
    public IReadOnlyList<DiagnosisCase> Cases { get; init; } = [];

    /// <summary>In the order of the network's outputs.</summary>
    public IReadOnlyList<ClassDiagnosis> Classes { get; init; } = [];

    /// <summary>
    /// Classes with mostly off-object attribution in at least 3 images: the network may use a shortcut. Empty where the maps are too
    /// coarse.
    /// </summary>
    public IReadOnlyList<string> ShortcutsSuspected { get; init; } = [];

    /// <summary>Absent unless requested.</summary>
    public SanityCheck? Sanity { get; init; }

    /// <summary>Every image, in the dataset's order.</summary>
    public IReadOnlyList<ImageDiagnosis> ImageDiagnoses { get; init; } = [];

    /// <summary>Versions of the program and its libraries, and the machine, by name.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>One of the four combinations of outcome and focus.</summary>
/// <param name="Name"><c>right_on_subject</c>, <c>right_off_subject</c>, <c>wrong_on_subject</c> or <c>wrong_off_subject</c>.</param>
/// <param name="Share">Fraction of all images, 0..1.</param>
/// <param name="Meaning">What the case suggests about the network.</param>
/// <param name="Advice">What to do.</param>
/// <param name="Examples">Ids of up to 5 images, the most confident predictions first.</param>
public sealed record DiagnosisCase(
    string Name, bool Correct, bool OnSubject, int Count, double Share, string Meaning, string Advice, IReadOnlyList<string> Examples);

/// <summary>One class, over the images with that label.</summary>
/// <param name="Correct">Number of correct predictions.</param>
/// <param name="OffSubject">Number of images with off-object focus.</param>
/// <param name="MeanFocus">Absent where no image has positive attribution.</param>
public sealed record ClassDiagnosis(string Class, int Images, int Correct, int OffSubject, double? MeanFocus);

/// <summary>One image.</summary>
/// <param name="Id">Id in the dataset.</param>
/// <param name="Class">Label.</param>
/// <param name="Probability">Probability of the predicted class, after temperature scaling where the version has a temperature.</param>
/// <param name="Focus">Fraction of the positive attribution on the object; absent where there is none.</param>
/// <param name="SubjectArea">Fraction of the image covered by the object.</param>
/// <param name="Subject"><c>mask</c> or <c>centre</c>.</param>
public sealed record ImageDiagnosis(
    string Id, string Class, string Predicted, double Probability, bool Correct, bool OnSubject, double? Focus, double SubjectArea, string Subject);

/// <summary>
/// Model randomization (Adebayo et al. 2018): rank correlation between the version's maps and those of the same network with random
/// weights, from the classifier to the input. It must fall towards 0, or the maps show the image and not what the network learned.
/// </summary>
/// <param name="Method">The explanation method.</param>
/// <param name="Stages">From the classifier alone to the whole network.</param>
/// <param name="Final">Mean rank correlation with all weights random.</param>
/// <param name="Passed">Whether the absolute value of <paramref name="Final"/> is below <paramref name="Limit"/>.</param>
public sealed record SanityCheck(ExplanationMethod Method, int Images, long Seed, IReadOnlyList<SanityStage> Stages, double Final, double Limit, bool Passed);

/// <param name="From">The first randomized layer; all layers after it are random too.</param>
/// <param name="Correlation">Mean rank correlation, -1..1; a flat map counts as 0.</param>
/// <param name="Flat">Images whose map became flat.</param>
public sealed record SanityStage(string From, double Correlation, int Flat);

/// <summary>Answer of <c>GET /api/explanations/reports/{id}</c>: the job's progress, and its report once there is one.</summary>
/// <param name="JobId">The job's id, which is the report's id.</param>
/// <param name="Error">Why the job failed.</param>
/// <param name="ContactSheetUrl">SVG: the most confident errors with their explanations.</param>
public sealed record DiagnosisAnswer(
    string JobId, JobStatus Status, JobProgress? Progress, string? Error, string Url, string? ContactSheetUrl, DiagnosisReport? Report);

/// <summary>Result of a job of kind <c>diagnose</c>.</summary>
/// <param name="ArtifactPath">Folder of the files among the run's artifacts.</param>
public sealed record DiagnosisResult(string Model, string Version, string RunId, string ArtifactPath, double Accuracy, double? MeanFocus, IReadOnlyList<string> ShortcutsSuspected);
