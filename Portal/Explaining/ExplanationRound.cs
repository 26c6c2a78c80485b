using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Explaining;

/// <summary>All selected methods applied to one image. The Explainer queues them.</summary>
public sealed class ExplanationRound(ExplainQuestion question, ChosenImage image, TimeProvider clock, CancellationToken leaving) : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(leaving);

    public ExplainQuestion Question { get; } = question;

    public ChosenImage Image { get; } = image;

    public IReadOnlyList<Attempt> Attempts { get; } = [.. question.Methods.Select(method => new Attempt(method, clock.GetUtcNow()))];

    public bool IsAtWork => Attempts.Any(attempt => attempt.IsAtWork);

    /// <summary>Address of the finished explanations; null if there are none.</summary>
    public string? SharedAddress => Attempts.SelectMany(attempt => attempt.Answers).Select(answer => answer.Id).Distinct().ToList() is { Count: > 0 } ids
        ? $"explain/{string.Join(',', ids)}" : null;

    /// <param name="changed">Called when a method finishes.</param>
    public Task RunAsync(ExplainerClient explainer, Func<Task> changed)
    {
        var token = _stop.Token;
        return Task.WhenAll(Attempts.Select(async attempt =>
        {
            await attempt.RunAsync(explainer, Question, Image.Value, token);
            if (!leaving.IsCancellationRequested)
                await changed();
        }));
    }

    public void Stop() => _stop.Cancel();

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
