using Linnaeus.Vision.Explanations;

namespace Linnaeus.Vision.Tests;

public sealed class ExplanationQuadratureTests
{
    [Fact]
    public void Two_nodes_are_those_of_the_textbook()
    {
        var rule = Quadrature.GaussLegendre(2);

        Assert.Equal((1 - (1 / Math.Sqrt(3))) / 2, rule.Nodes[0], 14);
        Assert.Equal((1 + (1 / Math.Sqrt(3))) / 2, rule.Nodes[1], 14);
        Assert.Equal([0.5, 0.5], rule.Weights.Select(w => Math.Round(w, 14)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(50)]
    [InlineData(301)]
    public void Weights_sum_to_one_and_polynomials_of_degree_2n_minus_1_are_exact(int count)
    {
        var rule = Quadrature.GaussLegendre(count);
        var degree = (2 * count) - 1;

        Assert.Equal(1, rule.Weights.Sum(), 12);
        Assert.Equal(1.0 / (degree + 1), rule.Nodes.Zip(rule.Weights, (x, w) => w * Math.Pow(x, degree)).Sum(), 12);
        Assert.Equal(rule.Nodes.Order(), rule.Nodes);
        Assert.All(rule.Nodes, node => Assert.InRange(node, 0, 1));
    }
}
