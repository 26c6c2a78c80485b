using Linnaeus.Portal.Components;
using Linnaeus.Portal.Components.Charts;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Tests;

/// <summary>What charts are made of.</summary>
public sealed class ChartLineTests
{
    [Fact]
    public void Smoothing_starts_without_bias_and_leaves_gaps()
    {
        // By hand with w = 0.5: the means are 2, 2 and 5, the weights that they hold 0.5, 0.75 and 0.875.
        var line = new ChartLine("loss", [1, 2, 3, 4], [4, 2, null, 8]).Smoothed(0.5);
        Assert.Equal(4, line.Y[0]!.Value, 12);
        Assert.Equal(2 / 0.75, line.Y[1]!.Value, 12);
        Assert.Null(line.Y[2]);
        Assert.Equal(5 / 0.875, line.Y[3]!.Value, 12);
        Assert.Equal([4.0, 2.0, null, 8.0], new ChartLine("loss", [1, 2, 3, 4], [4, 2, null, 8]).Smoothed(0).Y);
    }

    [Fact]
    public void The_last_of_several_values_at_a_step_counts()
    {
        var series = new MetricSeries { RunId = "r", Key = "k", Count = 3, Points = [new(1, 10, 0.1), new(1, 20, 0.2), new(2, 30, null)] };
        var line = ChartLine.Of("k", series);
        Assert.Equal([1.0, 2.0], line.X);
        Assert.Equal([0.2, null], line.Y);
        Assert.Equal((0.2, 0.2, 0.2), (line.Last, line.Lowest, line.Highest));
    }

    [Theory]
    [InlineData(0.93751, "0.9375")]
    [InlineData(0.00001234, "1.234e-05")]
    [InlineData(12480.0, "12,480")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(null, "–")]
    public void Numbers_are_short(double? number, string text) => Assert.Equal(text, Display.Number(number));
}
