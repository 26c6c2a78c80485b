using static TorchSharp.torch;

namespace Linnaeus.Vision.Augmentation;

/// <summary>A box with real-valued edges; covers pixels with start &lt;= index &lt; start + side.</summary>
public readonly record struct CutBox(double Left, double Top, double Width, double Height);

/// <summary>
/// Pastes a box of another image into each image of a batch; labels are mixed by area (Yun et al. 2019, "CutMix: Regularization Strategy to
/// Train Strong Classifiers with Localizable Features"). As in Keras' <c>CutMix</c>, the box lies entirely inside the image and its area is
/// real-valued, so that label shares can differ from the pixel count by up to a row and a column.
/// </summary>
public static class CutMix
{
    /// <summary>The box that leaves the host the given fraction of the area, with the image's aspect ratio.</summary>
    /// <param name="share">Area fraction of the host, 0..1.</param>
    /// <param name="x">Position from the left edge (0) to the right (1).</param>
    /// <param name="y">Position from the top edge (0) to the bottom (1).</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    public static CutBox Box(double share, double x, double y, double width, double height)
    {
        var side = Math.Sqrt(1 - share);
        return new CutBox(x * (width - side * width), y * (height - side * height), side * width, side * height);
    }

    /// <param name="images">float32 [N, C, H, W].</param>
    /// <param name="boxes">N boxes.</param>
    /// <param name="partners">N positions in the batch: where the pasted parts come from.</param>
    /// <returns>float32 [N, C, H, W].</returns>
    public static Tensor Paste(Tensor images, IReadOnlyList<CutBox> boxes, IReadOnlyList<long> partners)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(boxes);
        ArgumentNullException.ThrowIfNull(partners);
        using var scope = NewDisposeScope();
        var columns = Inside(boxes.Select(box => (box.Left, box.Left + box.Width)), images.shape[3], images.device).unsqueeze(1);
        var rows = Inside(boxes.Select(box => (box.Top, box.Top + box.Height)), images.shape[2], images.device).unsqueeze(2);
        var mask = rows.logical_and(columns).unsqueeze(1);
        var others = images.index_select(0, tensor([.. partners], device: images.device));
        return where(mask, others, images).MoveToOuterDisposeScope();
    }

    /// <summary>bool [N, length]: which positions lie in each interval.</summary>
    private static Tensor Inside(IEnumerable<(double Start, double End)> intervals, long length, Device device)
    {
        var ends = intervals.ToArray();
        var places = arange(length, dtype: ScalarType.Float64, device: device).unsqueeze(0);
        var start = tensor(Array.ConvertAll(ends, interval => interval.Start), [ends.Length, 1], device: device);
        var end = tensor(Array.ConvertAll(ends, interval => interval.End), [ends.Length, 1], device: device);
        return places.ge(start).logical_and(places.lt(end));
    }
}
