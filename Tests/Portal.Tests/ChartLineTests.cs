using Linnaeus.Portal.Components;
using Linnaeus.Portal.Components.Charts;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Tests;

/// <summary>Chart lines and display formats.</summary>
public sealed class ChartLineTests
{
    [Fact]
    public void Smoothing_is_bias_corrected_and_keeps_gaps()
    {
        // By hand with w = 0.5: means 2, 2 and 5, weights 0.5, 0.75 and 0.875.
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

    [Fact]
    public void Statuses_of_jobs_runs_and_versions_share_one_list_of_words()
    {
        Assert.Equal(["queued", "running", "succeeded", "failed", "canceled"], Enum.GetNames<JobStatus>().Select(Display.Status));
        Assert.Equal(["queued", "running", "succeeded", "failed", "canceled"], Enum.GetNames<RunStatus>().Select(Display.Status));
        Assert.Equal(["pending", "ready", "failed"], new[] { "PENDING_REGISTRATION", "READY", "FAILED_REGISTRATION" }.Select(Display.Status));
    }

    [Theory]
    [InlineData("flowers/3", "flowers v3")]
    [InlineData("group/flowers/12", "group/flowers v12")]
    [InlineData("flowers@champion", "flowers@champion")]
    [InlineData("flowers/latest", "flowers/latest")]
    public void A_model_version_is_written_for_people(string name, string text) => Assert.Equal(text, Display.Version(name));
}
