using System.Text.Json;
using Linnaeus.Explainer.Methods;
using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Requests;

/// <summary>
/// Reads requests strictly: unknown fields, wrong types and values out of range are all collected, so that one response
/// names every error.
/// </summary>
public static class RequestReader
{
    private const int MostCompared = 8;
    private const int MostPredicted = 16;

    /// <exception cref="ProblemException">400: names every fault.</exception>
    public static CheckedExplanation ReadExplanation(JsonElement body)
    {
        var faults = new Faults();
        var fields = new SpecReader(body, "$", faults);
        var method = MethodReader.Read(fields, faults);
        var model = Model(fields, "model", faults);
        var image = Image(fields, faults);
        var target = Class(fields, "target", faults);
        var against = Class(fields, "against", faults);
        var quality = fields.Flag("quality", false);
        Refuse(fields, body, faults, "The request");
        return new CheckedExplanation(model!, method!, image!, target, against, quality);
    }

    /// <exception cref="ProblemException">400: names every fault.</exception>
    public static CheckedComparison ReadComparison(JsonElement body)
    {
        var faults = new Faults();
        var fields = new SpecReader(body, "$", faults);
        var method = MethodReader.Read(fields, faults);
        var models = fields.Texts("models", [], 2, 2);
        var uris = models.Select((text, i) => Model(text, $"{fields.PathOf("models")}[{i}]", faults)).ToList();
        if (!fields.Has("models"))
            faults.Add(fields.PathOf("models"), "is required: two versions as models:/NAME/VERSION or models:/NAME@ALIAS.");
        var images = Images(fields, MostCompared, faults);
        var (target, against) = (Class(fields, "target", faults), Class(fields, "against", faults));
        Refuse(fields, body, faults, "The request");
        CheckedExplanation Of(int model, ImageReference image) => new(uris[model]!, method!, image, target, against);
        return new CheckedComparison([.. images.Select(image => (Of(0, image!), Of(1, image!)))]);
    }

    /// <exception cref="ProblemException">400: names every fault.</exception>
    public static CheckedPrediction ReadPrediction(JsonElement body)
    {
        var faults = new Faults();
        var fields = new SpecReader(body, "$", faults);
        var model = Model(fields, "model", faults);
        var images = Images(fields, MostPredicted, faults);
        Refuse(fields, body, faults, "The request");
        return new CheckedPrediction(model!, [.. images.Select(image => image!)]);
    }

    /// <summary>A method by its parameters.</summary>
    /// <exception cref="ProblemException">400: names every fault.</exception>
    public static IExplanationMethod ReadMethod(MethodParameters parameters)
    {
        var faults = new Faults();
        var body = JsonSerializer.SerializeToElement(parameters, ApiJson.Options);
        var fields = new SpecReader(body, "$", faults);
        var method = MethodReader.Read(fields, faults);
        Refuse(fields, body, faults, "The method");
        return method!;
    }

    private static void Refuse(SpecReader fields, JsonElement body, Faults faults, string subject)
    {
        if (body.ValueKind == JsonValueKind.Object)
            fields.RejectUnknown();
        if (faults.Any)
            throw new ProblemException(StatusCodes.Status400BadRequest, faults.Describe(subject), faults.ByPath);
    }

    private static ModelUri? Model(SpecReader fields, string name, Faults faults)
    {
        var text = fields.RequiredText(name, "models:/flowers/1");
        return faults.Has(fields.PathOf(name)) ? null : Model(text, fields.PathOf(name), faults);
    }

    private static ModelUri? Model(string text, string path, Faults faults)
    {
        if (!ModelUri.TryParse(text, out var model))
            faults.Add(path, $"'{text}' is not a model version. Use models:/NAME/VERSION or models:/NAME@ALIAS.");
        return model;
    }

    private static ImageReference? Image(SpecReader fields, Faults faults)
    {
        var value = fields.Raw("image");
        var fault = "is required: an image as base64 or an artifact URI.";
        if (value.ValueKind == JsonValueKind.String && ImageReference.Parse(value.GetString()!, out fault) is { } image)
            return image;
        faults.Add(fields.PathOf("image"), value.ValueKind is JsonValueKind.String or JsonValueKind.Undefined ? fault! : "must be a string.");
        return null;
    }

    private static List<ImageReference?> Images(SpecReader fields, int most, Faults faults)
    {
        var path = fields.PathOf("images");
        if (!fields.Has("images"))
            faults.Add(path, $"is required: 1 to {most} images as base64 or artifact URIs.");
        var images = new List<ImageReference?>();
        foreach (var text in fields.Texts("images", [], 1, most))
        {
            images.Add(ImageReference.Parse(text, out var fault));
            if (fault is not null)
                faults.Add($"{path}[{images.Count - 1}]", fault);
        }

        return images;
    }

    private static ClassReference? Class(SpecReader fields, string name, Faults faults)
    {
        var value = fields.Raw(name);
        if (value.ValueKind == JsonValueKind.Undefined)
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return new ClassReference(null, value.GetString());
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var index) && index >= 0)
            return new ClassReference(index, null);
        faults.Add(fields.PathOf(name), $"must be null, a class index from 0 or a class name, got {value.GetRawText()}.");
        return null;
    }
}
