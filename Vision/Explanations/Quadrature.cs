namespace Linnaeus.Vision.Explanations;

/// <summary>Nodes and weights of a quadrature rule on [0, 1].</summary>
/// <param name="Nodes">In 0..1, ascending.</param>
/// <param name="Weights">One per node; they sum to 1.</param>
public sealed record Quadrature(IReadOnlyList<double> Nodes, IReadOnlyList<double> Weights)
{
    /// <summary>The rule with <paramref name="count"/> nodes: at least 1, for the trapezoid at least 2.</summary>
    public static Quadrature Of(QuadratureRule rule, int count) => rule switch
    {
        QuadratureRule.GaussLegendre => GaussLegendre(count),
        QuadratureRule.Trapezoid => Trapezoid(count),
        _ => throw new ArgumentOutOfRangeException(nameof(rule)),
    };

    /// <summary>
    /// Gauss-Legendre: the roots of the Legendre polynomial of degree n and their weights on [0, 1]; by Newton's method from Tricomi's
    /// estimate of the roots.
    /// </summary>
    public static Quadrature GaussLegendre(int count)
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

        return new Quadrature(nodes, weights);
    }

    /// <summary>Trapezoid: n nodes are 1/(n - 1) apart. (A spacing of 1/n, as in some libraries, misses one n-th of the integral.)</summary>
    public static Quadrature Trapezoid(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        var spacing = 1.0 / (count - 1);
        var indices = Enumerable.Range(0, count).ToArray();
        return new Quadrature(
            [.. indices.Select(i => i * spacing)], [.. indices.Select(i => i == 0 || i == count - 1 ? spacing / 2 : spacing)]);
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
