using System.Globalization;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Datasets;

/// <summary>The state of the Datasets page, all of it in the URL.</summary>
/// <param name="Of">The dataset; null if none is selected.</param>
/// <param name="Split"><c>train</c>, <c>validation</c> or <c>test</c>.</param>
/// <param name="Label">Class; null for all.</param>
/// <param name="Page">Page of samples, 1-based.</param>
/// <param name="Size">Image size of the previews in pixels.</param>
/// <param name="Seed">Seed of the previews.</param>
public sealed record DatasetQuery(
    DatasetReference? Of, string Split = "train", string? Label = null, int Page = 1, string Augmentation = "light", string Mixing = "alternate", int Size = 128, long Seed = 0)
{
    public const int PageSize = 24;

    public static IReadOnlyList<string> Splits { get; } = ["train", "validation", "test"];

    public static IReadOnlyList<string> Augmentations { get; } = Choice.Names<AugmentationPreset>();

    public static IReadOnlyList<string> Mixings { get; } = [.. Choice.Names<MixingKind>().Where(name => name != MixingKind.None.Name())];

    public static IReadOnlyList<int> Sizes { get; } = [64, 96, 128, 160, 224, 260, 300];

    /// <summary>Query parameters; null omits one.</summary>
    public IReadOnlyDictionary<string, object?> Parameters
    {
        get
        {
            var standard = new DatasetQuery(Of);
            return new Dictionary<string, object?>
            {
                ["dataset"] = Of?.Job is null ? Of?.Dataset : null,
                ["job"] = Of?.Job,
                ["split"] = Split == standard.Split ? null : Split,
                ["class"] = Label,
                ["page"] = Page > 1 ? Page : null,
                ["augmentation"] = Augmentation == standard.Augmentation ? null : Augmentation,
                ["mixing"] = Mixing == standard.Mixing ? null : Mixing,
                ["size"] = Size == standard.Size ? null : Size,
                ["seed"] = Seed == standard.Seed ? null : Seed,
            };
        }
    }

    /// <summary>Address of a sample image, proxied by the Portal.</summary>
    public string PictureOf(DatasetSample sample, int size)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return string.Create(CultureInfo.InvariantCulture, $"files/datasets/image?{Of?.Query}&id={Uri.EscapeDataString(sample.Id)}&size={size}");
    }

    public string AugmentationPicture => string.Create(CultureInfo.InvariantCulture, $"files/datasets/augmentation?{Of?.Query}&augmentation={Augmentation}&image_size={Size}&seed={Seed}");

    public string MixingPicture => string.Create(CultureInfo.InvariantCulture, $"files/datasets/mixing?{Of?.Query}&mixing={Mixing}&image_size={Size}&seed={Seed}");
}
