using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Engine;

/// <summary>What came of one of several things done together: a value, or the fault that is only its own.</summary>
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
