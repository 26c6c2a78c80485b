using System.CommandLine;
using System.Globalization;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli.Commands;

/// <summary><c>linnaeus explain models:/flowers@champion rose.jpg</c></summary>
internal static class ExplainCommand
{
    public static Command Create(CommandRunner runner)
    {
        var model = ModelArgument.Create();
        var image = new Argument<string>("IMAGE") { Description = "JPEG, PNG or WebP file, or artifact URI runs:/RUN/PATH." };
        var method = new Option<string>("--method")
        {
            Description = "Explanation method.",
            DefaultValueFactory = _ => ExplanationMethod.GradCam.Name(),
        };
        method.AcceptOnlyFromAmong([.. Choice.Names<ExplanationMethod>()]);
        var target = new Option<string?>("--target") { Description = "Target class by name or index. Default: the predicted class." };
        var against = new Option<string?>("--against") { Description = "Contrast class by name or index." };
        var folder = new Option<string?>("--output", "-o") { Description = "Folder for the heat map, overlay and raw attribution." };
        var command = new Command("explain", "Explain a model's prediction for an image.") { model, image, method, target, against, folder };
        command.SetAction(runner.Run(async (parsed, platform, cancellationToken) =>
        {
            var request = new ExplanationRequest
            {
                Model = $"{parsed.GetRequiredValue(model)}",
                Image = await ImageFile.ReadAsync(parsed.GetRequiredValue(image), cancellationToken),
                Method = Choice.Parse<ExplanationMethod>(parsed.GetRequiredValue(method)),
                Target = Class(parsed.GetValue(target)),
                Against = Class(parsed.GetValue(against)),
            };
            var answer = await platform.Explainer.ExplainAsync(request, cancellationToken);
            if (parsed.GetValue(folder) is { } path)
                await SaveAsync(platform.Explainer, answer, path, cancellationToken);
            platform.Answer.Write(answer, () => Show(platform.Answer, answer, parsed.GetValue(folder)));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static ClassReference? Class(string? text) => text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? new ClassReference(index, null)
        : new ClassReference(null, text);

    private static void Show(Answer answer, ExplanationAnswer explained, string? folder)
    {
        answer.Say(string.Create(CultureInfo.InvariantCulture,
            $"{explained.ModelUri} predicts {explained.PredictedClass} ({explained.Probability:P1}). {explained.Method.Title()} explains {explained.TargetClass}{(explained.AgainstClass is { } other ? $" vs {other}" : "")}."));
        if (explained.RelativeCompletenessError is { } completeness)
            answer.Say($"Completeness error {Answer.Number(completeness)} (relative to the logit difference), {explained.StepsTaken} steps.");
        if (explained.HasPositiveEvidence == false)
            answer.Say("No positive attribution for this class.");
        answer.Say(folder is null ? $"Overlay: {explained.OverlayUrl}" : $"Files saved to {folder}");
    }

    private static async Task SaveAsync(ExplainerClient explainer, ExplanationAnswer answer, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        foreach (var url in new[] { answer.HeatmapUrl, answer.OverlayUrl, answer.InputUrl, answer.AttributionUrl, answer.SignedUrl, answer.CellsUrl })
        {
            if (url is null)
                continue;
            await using var file = File.Create(Path.Combine(folder, Path.GetFileName(new Uri(url).LocalPath)));
            await explainer.DownloadAsync(url, file, cancellationToken);
        }
    }
}
