using Linnaeus.Vision.Data;
using Linnaeus.Vision.Randomness;

namespace Linnaeus.Vision.Augmentation;

/// <summary>Draws from the symmetric beta distribution.</summary>
internal static class BetaDraws
{
    /// <summary>
    /// Beta(alpha, alpha) in 0..1, as G1 / (G1 + G2) of two gamma draws. Logarithms avoid 0/0 for small alpha, where the gamma draws underflow.
    /// </summary>
    public static double Beta(ref this CounterRandom random, double alpha)
    {
        var first = random.LogGamma(alpha);
        return 1 / (1 + Math.Exp(random.LogGamma(alpha) - first));
    }

    /// <summary>Logarithm of a Gamma(shape, 1) draw: G(shape) = G(shape + 1) U^(1 / shape), because the method below needs a shape of at least 1.</summary>
    private static double LogGamma(ref this CounterRandom random, double shape)
    {
        var boost = Math.Log(1 - random.NextDouble()) / shape;
        return Math.Log(random.GammaAboveOne(shape + 1)) + boost;
    }

    /// <summary>Marsaglia and Tsang 2000, "A simple method for generating gamma variables"; for a shape of at least 1.</summary>
    private static double GammaAboveOne(ref this CounterRandom random, double shape)
    {
        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = random.Normal();
            var v = Math.Pow(1 + c * x, 3);
            if (v > 0 && Math.Log(1 - random.NextDouble()) < 0.5 * x * x + d - d * v + d * Math.Log(v))
                return d * v;
        }
    }

    /// <summary>Standard normal (Box and Muller 1958).</summary>
    private static double Normal(ref this CounterRandom random)
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        return radius * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
