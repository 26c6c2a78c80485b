namespace Linnaeus.Vision.Explanations;

/// <summary>Gauss-Legendre quadrature on [0, 1]: exact for polynomials of degree 2n - 1 with n nodes.</summary>
/// <param name="Nodes">Roots of the Legendre polynomial of degree n, moved to [0, 1], ascending.</param>
/// <param name="Weights">Their weights, which sum to 1.</param>
public sealed record GaussLegendre(IReadOnlyList<double> Nodes, IReadOnlyList<double> Weights)
{
    /// <summary>Computes nodes and weights by Newton's method from Tricomi's estimate of the roots.</summary>
    /// <param name="count">Number of nodes, 1 or more.</param>
    public static GaussLegendre Of(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var (nodes, weights) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            var root = Math.Cos(Math.PI * (i + 0.75) / (count + 0.5));
            double slope, change;
            var iterations = 0;
            do
            {
                (var value, slope) = Legendre(count, root);
                change = value / slope;
                root -= change;
            }
            while (Math.Abs(change) > 1e-15 && ++iterations < 100);
            (_, slope) = Legendre(count, root);
            nodes[count - 1 - i] = (1 + root) / 2;
            weights[count - 1 - i] = 1 / ((1 - (root * root)) * slope * slope);
        }

        return new GaussLegendre(nodes, weights);
    }

    /// <summary>The Legendre polynomial and its derivative inside (-1, 1), by Bonnet's recursion.</summary>
    private static (double Value, double Slope) Legendre(int degree, double x)
    {
        var (before, value) = (1.0, x);
        for (var n = 2; n <= degree; n++)
            (before, value) = (value, (((2 * n) - 1) * x * value - ((n - 1) * before)) / n);
        return (value, degree * ((x * value) - before) / ((x * x) - 1));
    }
}
