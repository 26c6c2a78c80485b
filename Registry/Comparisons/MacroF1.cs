using Linnaeus.Registry.Evaluations;

namespace Linnaeus.Registry.Comparisons;

/// <summary>Unweighted mean of F1 over the classes that occur as label or prediction: 2 TP / (2 TP + FP + FN) each.</summary>
internal sealed class MacroF1
{
    private readonly int[] _labels;
    private readonly int[] _predicted;
    private readonly int[] _right;
    private readonly int[] _seen;

    public MacroF1(TestedImage[] images)
    {
        // Dense class indices, so that a huge index takes no memory.
        var place = images.SelectMany(image => new[] { image.Label, image.Predicted }).Distinct().Select((c, i) => (c, i)).ToDictionary();
        (_labels, _predicted) = (Array.ConvertAll(images, i => place[i.Label]), Array.ConvertAll(images, i => place[i.Predicted]));
        (_right, _seen) = (new int[place.Count], new int[place.Count]);
    }

    /// <param name="indices">Indices of images; duplicates count several times.</param>
    /// <returns>0..1.</returns>
    public double Of(int[] indices)
    {
        Array.Clear(_right);
        Array.Clear(_seen);
        foreach (var index in indices)
        {
            _seen[_labels[index]]++;
            _seen[_predicted[index]]++;
            if (_labels[index] == _predicted[index]) _right[_labels[index]]++;
        }
        var (sum, classes) = (0.0, 0);
        for (var c = 0; c < _seen.Length; c++)
        {
            if (_seen[c] == 0) continue;
            sum += 2.0 * _right[c] / _seen[c];
            classes++;
        }
        return sum / classes;
    }
}
