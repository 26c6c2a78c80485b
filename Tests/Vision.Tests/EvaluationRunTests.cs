using Linnaeus.Vision.Evaluation;
using Linnaeus.Vision.Networks;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

public sealed class EvaluationRunTests
{
    [Fact]
    public void Predictions_are_those_of_the_logits_in_evaluation_mode_whatever_the_batches()
    {
        using var network = Architectures.Create(Architecture.EfficientNetB0, 7, seed: 3);
        var data = MemoryBatches.Colored(7, 3, 32, 3, seed: 1);
        var predictions = Evaluator.Predict(network, data.ReadEpoch(1, 0, CancellationToken.None));

        Assert.True(network.training);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"image-{i}"), predictions.Select(p => p.Id));
        network.eval();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var whole = MemoryBatches.Colored(7, 3, 32, 7, seed: 1).ReadEpoch(1, 0, CancellationToken.None).Single();
        var probabilities = torch.nn.functional.softmax(network.call(whole.Images), 1).data<float>().ToArray();
        for (var i = 0; i < 7; i++)
        {
            var row = probabilities.AsSpan(i * 7, 7).ToArray();
            var order = Enumerable.Range(0, 7).OrderByDescending(c => row[c]).Take(5).ToArray();
            Assert.Equal(order, predictions[i].Top.Select(t => t.Class));
            Assert.Equal(order[0], predictions[i].Predicted);
            Assert.Equal(i % 3, predictions[i].Label);
            Assert.Equal(row[order[0]], predictions[i].Top[0].Probability, 1e-5);
            Assert.Equal(-Math.Log(row[i % 3]), predictions[i].Loss, 1e-3);
        }
    }

    [Fact]
    public void Top_keeps_class_order_among_equals_and_takes_no_more_than_there_are() =>
        Assert.Equal([1, 0, 2], Evaluator.Top([-1f, 0f, -1f]).Select(t => t.Class));
}
