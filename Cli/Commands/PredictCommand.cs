using System.CommandLine;
using System.Globalization;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli.Commands;

/// <summary><c>linnaeus predict models:/flowers@champion *.jpg</c></summary>
internal static class PredictCommand
{
    /// <summary>Maximum images per request to the Explainer.</summary>
    private const int ImagesPerRequest = 16;

    public static Command Create(CommandRunner runner)
    {
        var model = ModelArgument.Create();
        var images = new Argument<string[]>("IMAGES") { Description = "JPEG, PNG or WebP files, or artifact URIs runs:/RUN/PATH.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("predict", "Classify images.") { model, images };
        command.SetAction(runner.Run(async (parsed, platform, cancellationToken) =>
        {
            var names = parsed.GetRequiredValue(images);
            var predictions = new List<NamedPrediction>();
            foreach (var some in names.Chunk(ImagesPerRequest))
            {
                var contents = new List<string>();
                foreach (var name in some)
                    contents.Add(await ImageFile.ReadAsync(name, cancellationToken));
                var request = new PredictionRequest { Model = $"{parsed.GetRequiredValue(model)}", Images = contents };
                var answer = await platform.Explainer.PredictAsync(request, cancellationToken);
                predictions.AddRange(some.Zip(answer.Predictions, (name, prediction) => new NamedPrediction(name, answer.ModelUri, prediction)));
            }

            platform.Answer.Write(predictions, () => platform.Answer.Table(
                ["Image", "Class", "Probability", "Next"], [.. predictions.Select(Row)], "No images."));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static IEnumerable<string> Row(NamedPrediction named) =>
    [
        named.Image, named.Prediction.PredictedClass, Percent(named.Prediction.Probability),
        string.Join(", ", named.Prediction.Top5.Skip(1).Take(2).Select(score => $"{score.Name} {Percent(score.Probability)}")),
    ];

    private static string Percent(double probability) => probability.ToString("P1", CultureInfo.InvariantCulture);

    private sealed record NamedPrediction(string Image, string ModelUri, ImagePrediction Prediction);
}
