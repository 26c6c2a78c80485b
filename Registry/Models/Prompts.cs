using Linnaeus.Registry.Search;

namespace Linnaeus.Registry.Models;

/// <summary>
/// MLflow stores prompts as registered models with a tag. A search returns models unless its filter asks for that tag. Clients also send
/// "<c>!= 'true'</c>" for models; by the rules of tags no model without the tag would match, so it is handled the same way.
/// </summary>
internal static class Prompts
{
    public const string Tag = "mlflow.prompt.is_prompt";

    private const string NoPrompt =
        $"NOT EXISTS (SELECT 1 FROM registered_model_tags p WHERE p.model_id = m.id AND p.key = '{Tag}' AND lower(p.value) = 'true')";

    /// <summary>SQL on the model <c>m</c> that excludes prompts unless <paramref name="filter"/> asks for them.</summary>
    /// <param name="filter">A parsed filter, or null.</param>
    /// <param name="rest">The filter without the part that the condition covers.</param>
    public static string Condition(FilterExpression? filter, out FilterExpression? rest)
    {
        var parts = filter is AllOf all ? all.Parts : filter is null ? [] : [filter];
        var others = parts.Where(p => p is not Comparison { Entity: "tag" or "tags", Key: Tag, Comparator: Comparator.NotEqual }).ToList();
        rest = others.Count switch { 0 => null, 1 => others[0], _ => new AllOf(others) };
        return rest is not null && AsksForPrompts(rest) ? "1 = 1" : NoPrompt;
    }

    private static bool AsksForPrompts(FilterExpression expression) => expression switch
    {
        AllOf all => all.Parts.Any(AsksForPrompts),
        AnyOf any => any.Parts.Any(AsksForPrompts),
        Negation negation => AsksForPrompts(negation.Inner),
        Comparison comparison => comparison.Key == Tag,
        _ => false,
    };
}
