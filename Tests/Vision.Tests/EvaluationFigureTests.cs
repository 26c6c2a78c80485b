using System.Xml.Linq;
using Linnaeus.Vision.Figures;
using Linnaeus.Vision.Training;

namespace Linnaeus.Vision.Tests;

public sealed class EvaluationFigureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_loss_chart_has_a_point_for_every_value_and_a_gap_for_every_missing_one()
    {
        var chart = XDocument.Parse(TrainingFigures.Loss([Epoch(1, 2.0, 1.8), Epoch(2, 1.5, null), Epoch(3, 1.2, 1.1)]));

        Assert.Equal(5, chart.Descendants(Svg + "circle").Count());
        Assert.Equal(2, chart.Descendants(Svg + "polyline").Count());
        Assert.Contains(chart.Descendants(Svg + "title"), t => t.Value == "validation, 3: 1.1");
        // The greatest loss lies on the upper edge of the plot, the smallest position on the left one.
        var first = chart.Descendants(Svg + "circle").First();
        Assert.Equal(("64", "64"), (first.Attribute("cx")!.Value, first.Attribute("cy")!.Value));
    }

    [Fact]
    public void A_chart_without_validation_has_one_line() =>
        Assert.Single(XDocument.Parse(TrainingFigures.Accuracy([Epoch(1, 2, null)])).Descendants(Svg + "polyline"));

    [Theory]
    [InlineData(new[] { 1.2, 2.0 }, new[] { 1.2, 1.4, 1.6, 1.8, 2.0 })]
    [InlineData(new[] { 0.0, 1.0 }, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(new[] { 0.013, 0.094 }, new[] { 0, 0.02, 0.04, 0.06, 0.08, 0.1 })]
    [InlineData(new[] { 5.0, 5.0 }, new[] { 4.4, 4.6, 4.8, 5, 5.2, 5.4, 5.6 })]
    public void Ticks_are_round_and_enclose_the_values(double[] values, double[] expected) =>
        Assert.Equal(expected, LineChart.Ticks(values));

    [Fact]
    public void A_confusion_matrix_shows_every_cell_with_names_escaped()
    {
        var figure = XDocument.Parse(ConfusionMatrixFigure.Draw([[3, 1], [0, 2]], ["a<b", "rose"]));

        Assert.Contains(figure.Descendants(Svg + "title"), t => t.Value == "a<b predicted as rose: 1");
        Assert.Equal(["3", "1", "2"], figure.Descendants(Svg + "text").Select(t => t.Value).Where(t => int.TryParse(t, out _)));
    }

    private static EpochReport Epoch(int epoch, double loss, double? valLoss) => new()
    {
        Epoch = epoch,
        Epochs = 3,
        TrainLoss = loss,
        TrainAccuracy = 0.5,
        ValLoss = valLoss,
        LearningRate = 1e-3,
        ImagesPerSecond = 1,
        EpochSeconds = 1,
        IsBest = true,
    };
}
