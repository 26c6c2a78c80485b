using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Explaining;

/// <summary>One explanation method applied to an image, and its result.</summary>
public sealed class Attempt(ExplanationMethod method, DateTimeOffset started)
{
    public ExplanationMethod Method { get; } = method;

    public DateTimeOffset Started { get; } = started;

    /// <summary>One explanation per model version.</summary>
    public IReadOnlyList<ExplanationAnswer> Answers { get; private set; } = [];

    /// <summary>Similarity of the maps of two versions.</summary>
    public ImageComparison? Comparison { get; private set; }

    public RegistryException? Fault { get; private set; }

    /// <summary>Stopped by the visitor.</summary>
    public bool Stopped { get; private set; }

    public bool IsAtWork => Answers.Count == 0 && Fault is null && !Stopped;

    internal async Task RunAsync(ExplainerClient explainer, ExplainQuestion question, string image, CancellationToken cancellationToken)
    {
        try
        {
            if (question.Other is null)
            {
                Answers = [await explainer.ExplainAsync(question.Request(Method, image), cancellationToken)];
                return;
            }
            Comparison = (await explainer.CompareAsync(question.Comparison(Method, image), cancellationToken)).Comparisons[0];
            Answers = Comparison.Explanations;
        }
        catch (RegistryException error)
        {
            Fault = error;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Stopped = true;
        }
    }
}
