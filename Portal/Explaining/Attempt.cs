using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Explaining;

/// <summary>One method at work on a picture, and what came of it.</summary>
public sealed class Attempt(string method, DateTimeOffset started)
{
    public string Method { get; } = method;

    public DateTimeOffset Started { get; } = started;

    /// <summary>Of one version, or of two.</summary>
    public IReadOnlyList<ExplanationAnswer> Answers { get; private set; } = [];

    /// <summary>How alike the two versions' maps are.</summary>
    public ImageComparison? Comparison { get; private set; }

    public RegistryException? Fault { get; private set; }

    /// <summary>Given up by the visitor.</summary>
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
