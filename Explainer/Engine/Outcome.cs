using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Engine;

/// <summary>The result of one input of a batch: a value or its own fault.</summary>
public sealed record Outcome<T>(T? Value, ProblemException? Fault)
    where T : class;

internal static class Outcome
{
    public static Outcome<T> Of<T>(Func<T> compute)
        where T : class
    {
        try
        {
            return new Outcome<T>(compute(), null);
        }
        catch (ProblemException fault)
        {
            return new Outcome<T>(null, fault);
        }
    }
}
