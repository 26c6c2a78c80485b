using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>What a version looks at in its dataset: <c>GET /api/explanations/reports/{id}</c> at the Explainer.</summary>
public sealed record DiagnosisReport
{
    /// <summary>The job's.</summary>
    public required string Id { get; init; }

    public required string Model { get; init; }

    public required string Version { get; init; }

    /// <summary>SHA-256 over the version's files.</summary>
    public required string ModelChecksum { get; init; }

    /// <summary>The method with its parameters.</summary>
    public required MethodParameters Parameters { get; init; }

    public required string Dataset { get; init; }

    public required string DatasetFingerprint { get; init; }

    public required string Split { get; init; }

    /// <summary>Which images of the split: all, a list, or the worst errors.</summary>
    public required string Selection { get; init; }

    /// <summary>Images explained.</summary>
    public int Images { get; init; }

    /// <summary>Share of right predictions among them.</summary>
    public double Accuracy { get; init; }

    public required double FocusThreshold { get; init; }

    /// <summary>
    /// Images whose subject is marked by a mask of the dataset, and images where it is assumed to be in the middle: what is said of the latter is only as
    /// good as that.
    /// </summary>
    public int SubjectsByMask { get; init; }

    /// <inheritdoc cref="SubjectsByMask"/>
    public int SubjectsByCentre { get; init; }

    /// <summary>
    /// Cells per side of the class activation maps, about a 32nd of the image's side at the last layer; absent for methods that tell pixels apart.
    /// </summary>
    public int? MapCells { get; init; }

    /// <summary>Whether its maps are too coarse to tell a subject from what is around it: fewer than 4 cells per side.</summary>
    [JsonIgnore]
    public bool IsTooCoarse => MapCells < 4;

    /// <summary>Mean part of the positive attribution on the subject; absent where no image has any.</summary>
    public double? MeanFocus { get; init; }

    /// <summary>Mean part of the picture that is the subject: the focus of a map that knows nothing.</summary>
    public double MeanSubjectArea { get; init; }

    /// <summary>Images where nothing speaks for the predicted class; they count as off the subject.</summary>
    public int WithoutEvidence { get; init; }

    /// <summary>Right or wrong, on or off the subject: four cases.</summary>
    public IReadOnlyList<DiagnosisCase> Cases { get; init; } = [];

    /// <summary>In the order of the network's outputs.</summary>
    public IReadOnlyList<ClassDiagnosis> Classes { get; init; } = [];

    /// <summary>
    /// Classes whose attribution lies mostly off the subject in at least 3 images: the network may know them by something else. None where the maps are too
    /// coarse to tell.
    /// </summary>
    public IReadOnlyList<string> ShortcutsSuspected { get; init; } = [];

    /// <summary>Absent when it was not asked for.</summary>
    public SanityCheck? Sanity { get; init; }

    /// <summary>Every image, in the dataset's order.</summary>
    public IReadOnlyList<ImageDiagnosis> ImageDiagnoses { get; init; } = [];

    /// <summary>Versions of the program and its libraries, and the machine, by name.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>One of the four cases.</summary>
/// <param name="Name"><c>right_on_subject</c>, <c>right_off_subject</c>, <c>wrong_on_subject</c> or <c>wrong_off_subject</c>.</param>
/// <param name="Share">Of all images, 0..1.</param>
/// <param name="Meaning">What it says of the network.</param>
/// <param name="Advice">What to do.</param>
/// <param name="Examples">Ids of up to 5 images, the most confident predictions first.</param>
public sealed record DiagnosisCase(
    string Name, bool Correct, bool OnSubject, int Count, double Share, string Meaning, string Advice, IReadOnlyList<string> Examples);

/// <summary>A class, over the images that belong to it.</summary>
/// <param name="Correct">Of the images.</param>
/// <param name="OffSubject">Of the images.</param>
/// <param name="MeanFocus">Absent where no image has positive attribution.</param>
public sealed record ClassDiagnosis(string Class, int Images, int Correct, int OffSubject, double? MeanFocus);

/// <summary>One image.</summary>
/// <param name="Id">In the dataset.</param>
/// <param name="Class">True class.</param>
/// <param name="Probability">Of the predicted class, by the version's temperature where it has one.</param>
/// <param name="Focus">Part of the positive attribution on the subject; absent where there is none.</param>
/// <param name="SubjectArea">Part of the picture that is the subject.</param>
/// <param name="Subject"><c>mask</c> or <c>centre</c>.</param>
public sealed record ImageDiagnosis(
    string Id, string Class, string Predicted, double Probability, bool Correct, bool OnSubject, double? Focus, double SubjectArea, string Subject);

/// <summary>
/// Maps of the version against maps of the same network with random weights, from the classifier to the input (Adebayo et al. 2018): their rank
/// correlation must fall towards 0, or the maps show the picture and not what was learnt.
/// </summary>
/// <param name="Method">Of the maps.</param>
/// <param name="Stages">From the classifier alone to the whole network.</param>
/// <param name="Final">Mean rank correlation with all weights random.</param>
/// <param name="Passed">Whether its size is below <paramref name="Limit"/>.</param>
public sealed record SanityCheck(ExplanationMethod Method, int Images, long Seed, IReadOnlyList<SanityStage> Stages, double Final, double Limit, bool Passed);

/// <param name="From">The first part with random weights; all behind it have random weights too.</param>
/// <param name="Correlation">Mean rank correlation, -1..1; a map that became flat counts as 0.</param>
/// <param name="Flat">Images whose map became flat.</param>
public sealed record SanityStage(string From, double Correlation, int Flat);

/// <summary>Answer of <c>GET /api/explanations/reports/{id}</c>: how far the job is, and its report once there is one.</summary>
/// <param name="JobId">Of the job, which is the report's id.</param>
/// <param name="Error">Why the job failed.</param>
/// <param name="ContactSheetUrl">SVG: the most confident errors with their explanations.</param>
public sealed record DiagnosisAnswer(
    string JobId, JobStatus Status, JobProgress? Progress, string? Error, string Url, string? ContactSheetUrl, DiagnosisReport? Report);

/// <summary>Result of a job of kind <c>diagnose</c>.</summary>
/// <param name="ArtifactPath">Folder of the files among the run's artifacts.</param>
public sealed record DiagnosisResult(string Model, string Version, string RunId, string ArtifactPath, double Accuracy, double? MeanFocus, IReadOnlyList<string> ShortcutsSuspected);
