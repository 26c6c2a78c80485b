using Linnaeus.Registry.Search;

namespace Linnaeus.Registry.Tests;

/// <summary>Writes a filter as text, for random tests.</summary>
internal static class FilterText
{
    public static string Write(FilterExpression expression) => expression switch
    {
        AllOf all => $"({string.Join(" AND ", all.Parts.Select(Write))})",
        AnyOf any => $"({string.Join(" OR ", any.Parts.Select(Write))})",
        Negation negation => $"NOT ({Write(negation.Inner)})",
        Comparison c => $"{(c.Entity is null ? "" : c.Entity + ".")}`{c.Key.Replace("`", "``", StringComparison.Ordinal)}` {Sign(c.Comparator)} {Value(c)}",
        _ => throw new InvalidOperationException(),
    };

    private static string Value(Comparison c) => c.Comparator switch
    {
        Comparator.IsNull or Comparator.IsNotNull => "",
        Comparator.In or Comparator.NotIn => $"({string.Join(", ", c.Texts.Select(Quote))})",
        _ => c.Number ?? Quote(c.Texts[0]),
    };

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Sign(Comparator comparator) => comparator switch
    {
        Comparator.Equal => "=",
        Comparator.NotEqual => "!=",
        Comparator.Less => "<",
        Comparator.LessOrEqual => "<=",
        Comparator.Greater => ">",
        Comparator.GreaterOrEqual => ">=",
        Comparator.Like => "LIKE",
        Comparator.ILike => "ILIKE",
        Comparator.In => "IN",
        Comparator.NotIn => "NOT IN",
        Comparator.IsNull => "IS NULL",
        _ => "IS NOT NULL",
    };
}
