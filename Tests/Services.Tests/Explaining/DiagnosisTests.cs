using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;
using Linnaeus.Registry.Client;
using Linnaeus.Services.Tests.Platform;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Explanations;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Services.Tests.Explaining;

public sealed class DiagnosisTests(ServicesFixture services)
{
    private const int Classes = 3;
    private const int PerClass = 3;
    private const int ImageSize = 128;

    private readonly RegistryClient registry = services.Registry;
    private readonly HttpClient http = services.Explainer;

    [Fact]
    public async Task A_split_is_analyzed_and_the_report_stored_with_the_version()
    {
        var (version, dataset) = await RegisterAsync();
        using var submitted = await http.PostAsJsonAsync("/api/explanations/batch", new { model = Uri(version), sanity_images = 2 });
        Assert.True(submitted.StatusCode == HttpStatusCode.Accepted, await submitted.Content.ReadAsStringAsync());
        var job = (await submitted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job_id").GetString()!;
        Assert.Equal((JobStatus.Succeeded, null), await EndAsync(job));

        var answer = await http.GetFromJsonAsync<DiagnosisAnswer>(submitted.Headers.Location, ApiJson.Options);
        var report = answer!.Report!;
        Assert.Equal(dataset.Test.Select(sample => sample.Id), report.ImageDiagnoses.Select(image => image.Id));
        Assert.Equal((Classes * PerClass, Classes * PerClass, 0), (report.Images, report.SubjectsByMask, report.SubjectsByCentre));
        Assert.Equal(ImageSize / 32, report.MapCells);
        CheckTable(report);
        await CheckFirstAsync(version, dataset.Test[0], report.ImageDiagnoses[0]);
        await CheckContactSheetAsync(answer.ContactSheetUrl!, report);

        Assert.Equal("classifier", report.Sanity!.Stages[0].From);
        Assert.Equal(10, report.Sanity.Stages.Count);
        Assert.Equal(report.Sanity.Stages[^1].Correlation, report.Sanity.Final);
        var stored = await registry.ModelVersions.GetAsync(Uri(version));
        Assert.Equal(job, stored.Tags["linnaeus.diagnosis"]);
        Assert.Equal(report.Sanity.Final, JsonSerializer.Deserialize<SanityCheck>(stored.Tags["linnaeus.sanity.gradcam"], ApiJson.Options)!.Final);
        var latest = await http.GetFromJsonAsync<DiagnosisAnswer>($"/api/explanations/reports?model={Uri(version)}", ApiJson.Options);
        Assert.Equal(job, latest!.Report!.Id);
    }

    [Fact]
    public async Task The_worst_errors_are_the_wrong_predictions_with_the_highest_loss()
    {
        var (version, dataset) = await RegisterAsync();
        var all = await ReportAsync(new DiagnosisSpec { Model = Uri(version), SanityImages = 0 });
        var worst = await ReportAsync(new DiagnosisSpec { Model = Uri(version), SanityImages = 0, WorstErrors = 2 });
        Assert.Equal((2, 0.0, "worst_errors", null), (worst.Images, worst.Accuracy, worst.Selection, worst.Sanity));
        var wrong = all.ImageDiagnoses.Where(image => !image.Correct).Select(image => image.Id).ToList();
        Assert.All(worst.ImageDiagnoses, image => Assert.Contains(image.Id, wrong));

        var asked = dataset.Test[4].Id;
        var listed = await ReportAsync(new DiagnosisSpec { Model = Uri(version), SanityImages = 0, Images = [asked], Method = ExplanationMethod.Occlusion });
        Assert.Equal((asked, "list", ExplanationMethod.Occlusion, null), (Assert.Single(listed.ImageDiagnoses).Id, listed.Selection, listed.Parameters.Method, listed.MapCells));
    }

    [Fact]
    public async Task A_changed_dataset_is_refused()
    {
        var (version, dataset) = await RegisterAsync(new string('0', 64));
        var job = await registry.Jobs.SubmitAsync(new DiagnosisSpec { Model = Uri(version) });
        var (status, error) = await EndAsync(job.Id);
        Assert.Equal(JobStatus.Failed, status);
        Assert.Contains(dataset.Fingerprint, error, StringComparison.Ordinal);
        Assert.Contains(new string('0', 64), error, StringComparison.Ordinal);
        var answer = await http.GetFromJsonAsync<DiagnosisAnswer>($"/api/explanations/reports/{job.Id}", ApiJson.Options);
        Assert.Equal((error, null), (answer!.Error, answer.Report));
    }

    [Fact]
    public async Task Every_fault_of_the_request_is_named()
    {
        using var response = await http.PostAsJsonAsync(
            "/api/explanations/batch", new { model = "models:/none/1", split = "all", worst_errors = 0, focus_threshold = 1, images = Array.Empty<string>(), color = 1 });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            ["$.color", "$.focus_threshold", "$.images", "$.model", "$.split", "$.worst_errors"],
            problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/api/explanations/reports/0123", HttpStatusCode.NotFound)]
    [InlineData("/api/explanations/reports/0123/contact_sheet.svg", HttpStatusCode.NotFound)]
    [InlineData("/api/explanations/reports/0123/other.txt", HttpStatusCode.NotFound)]
    [InlineData("/api/explanations/reports?model=flowers", HttpStatusCode.BadRequest)]
    [InlineData("/api/explanations/reports?model=models:/none/1", HttpStatusCode.NotFound)]
    public async Task Wrong_addresses_get_a_problem_document(string path, HttpStatusCode status)
    {
        using var response = await http.GetAsync(path);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    private static void CheckTable(DiagnosisReport report)
    {
        Assert.Equal(
            ["right_on_subject", "right_off_subject", "wrong_on_subject", "wrong_off_subject"], report.Cases.Select(found => found.Name));
        foreach (var found in report.Cases)
        {
            Assert.Equal(report.ImageDiagnoses.Count(image => image.Correct == found.Correct && image.OnSubject == found.OnSubject), found.Count);
            Assert.Equal(found.Count / (double)report.Images, found.Share);
            Assert.NotEmpty(found.Advice);
        }
        Assert.Equal(report.ImageDiagnoses.Count(image => image.Correct) / (double)report.Images, report.Accuracy, 12);
        Assert.All(report.ImageDiagnoses, image => Assert.Equal(image.Focus >= report.FocusThreshold, image.OnSubject));
        foreach (var found in report.Classes)
        {
            var images = report.ImageDiagnoses.Where(image => image.Class == found.Class).ToList();
            Assert.Equal((PerClass, images.Count(image => !image.OnSubject)), (found.Images, found.OffSubject));
            Assert.Equal(2 * found.OffSubject > PerClass, report.ShortcutsSuspected.Contains(found.Class));
        }
    }

    /// <summary>The first image's focus, computed from the public explanation endpoint.</summary>
    private async Task CheckFirstAsync(ModelVersionInfo version, Sample sample, ImageDiagnosis diagnosis)
    {
        var image = Convert.ToBase64String(PngCodec.Encode(sample.Source.Load(ImageSize)));
        using var response = await http.PostAsJsonAsync("/api/explanations", new { model = Uri(version), method = "gradcam", image });
        var explained = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(explained.GetProperty("predicted_class").GetString(), diagnosis.Predicted);
        Assert.Equal(explained.GetProperty("probability").GetDouble(), diagnosis.Probability, 5);
        var map = NpyArray.Read(await http.GetByteArrayAsync(explained.GetProperty("attribution_url").GetString()));
        var subject = Subject.Of(sample.Source.LoadMask()!, ImageSize)!;
        var expected = map.Values.Zip(subject.Values, (value, part) => (double)value * part).Sum() / map.Values.Sum(value => (double)value);
        Assert.Equal(expected, diagnosis.Focus!.Value, 4);
        Assert.Equal(("mask", subject.Area), (diagnosis.Subject, diagnosis.SubjectArea));
    }

    private async Task CheckContactSheetAsync(string address, DiagnosisReport report)
    {
        using var response = await http.GetAsync(address);
        Assert.Equal("image/svg+xml", response.Content.Headers.ContentType!.MediaType);
        var sheet = XDocument.Parse(await response.Content.ReadAsStringAsync());
        var images = sheet.Descendants().Where(element => element.Name.LocalName == "image").ToList();
        var errors = report.ImageDiagnoses.Where(image => !image.Correct).OrderByDescending(image => image.Probability).Take(12).ToList();
        Assert.Equal(errors.SelectMany(error => new[] { error.Id, error.Id }), images.Select(image => image.Value));
        foreach (var image in images)
        {
            var data = image.Attribute("href")!.Value;
            Assert.Equal(144, ImageDecoder.Decode(Convert.FromBase64String(data[(data.IndexOf(',', StringComparison.Ordinal) + 1)..]), "tile").Width);
        }
    }

    private Task<(ModelVersionInfo Version, Dataset Dataset)> RegisterAsync(string? fingerprint = null) =>
        Versions.RegisterDrawnAsync(registry, $"diagnosed-{Guid.NewGuid():N}", Classes, PerClass, ImageSize, fingerprint);

    private async Task<DiagnosisReport> ReportAsync(DiagnosisSpec spec)
    {
        var job = await registry.Jobs.SubmitAsync(spec);
        Assert.Equal((JobStatus.Succeeded, null), await EndAsync(job.Id));
        return (await http.GetFromJsonAsync<DiagnosisAnswer>($"/api/explanations/reports/{job.Id}", ApiJson.Options))!.Report!;
    }

    private async Task<(JobStatus Status, string? Error)> EndAsync(string id)
    {
        var job = await registry.Jobs.UntilEndedAsync(id);
        return (job.Status, job.Error);
    }

    private static string Uri(ModelVersionInfo version) => string.Create(CultureInfo.InvariantCulture, $"models:/{version.Name}/{version.Version}");
}
