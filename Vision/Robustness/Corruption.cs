using Linnaeus.Vision.Data;
using Linnaeus.Vision.Randomness;

using static TorchSharp.torch;

namespace Linnaeus.Vision.Robustness;

/// <summary>An image corruption in five severities.</summary>
public sealed class Corruption
{
    private readonly int number;
    private readonly Func<Tensor, double, CounterRandom[], Tensor> change;

    /// <param name="number">Separates its random streams from those of other corruptions.</param>
    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="meaning">See <see cref="Meaning"/>.</param>
    /// <param name="levels">See <see cref="Levels"/>.</param>
    /// <param name="change">Corrupts float32 [N, 3, S, S] of 0..255 by a strength, with one random stream per image.</param>
    internal Corruption(int number, string name, string meaning, IReadOnlyList<double> levels, Func<Tensor, double, CounterRandom[], Tensor> change) =>
        (this.number, Name, Meaning, Levels, this.change) = (number, name, meaning, levels, change);

    /// <summary>Name as it is logged, e.g. <c>gaussian_blur</c>.</summary>
    public string Name { get; }

    /// <summary>Unit of <see cref="Levels"/>.</summary>
    public string Meaning { get; }

    /// <summary>Strength of severities 1 to 5.</summary>
    public IReadOnlyList<double> Levels { get; }

    /// <summary>Corrupts a batch. Each image has its own random stream, equal for all severities.</summary>
    /// <param name="images">float32 [N, 3, S, S], 0..255; unchanged.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="seed">Seed of the random draws.</param>
    /// <param name="positions">N numbers that identify the images, such as their indices in the split.</param>
    /// <returns>float32 [N, 3, S, S] of integers 0..255, as in an image file.</returns>
    public Tensor Apply(Tensor images, int severity, long seed, IReadOnlyList<int> positions)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(positions);
        ArgumentOutOfRangeException.ThrowIfLessThan(severity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(severity, Levels.Count);
        if (images.dim() != 4 || images.shape[0] != positions.Count)
            throw new ArgumentException($"{positions.Count} positions need as many images, got [{string.Join(", ", images.shape)}].", nameof(images));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var random = positions.Select(position => new CounterRandom(seed, RandomPurpose.Corruption, number, position)).ToArray();
        return change(images, Levels[severity - 1], random).clamp(0, 255).round_().MoveToOuterDisposeScope();
    }
}
