namespace Linnaeus.Registry.Search;

/// <summary>A parsed filter.</summary>
public abstract record FilterExpression;

public sealed record AllOf(IReadOnlyList<FilterExpression> Parts) : FilterExpression;

public sealed record AnyOf(IReadOnlyList<FilterExpression> Parts) : FilterExpression;

public sealed record Negation(FilterExpression Inner) : FilterExpression;

/// <summary>Comparison operators.</summary>
public enum Comparator { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, Like, ILike, In, NotIn, IsNull, IsNotNull }

/// <summary>
/// One comparison. <paramref name="Entity"/> is the part before the first dot (null when there is none), <paramref name="Key"/> the rest
/// without quotes.
/// </summary>
/// <param name="Entity">E.g. <c>metrics</c>.</param>
/// <param name="Key">E.g. <c>val_loss</c>.</param>
/// <param name="Number">The value if it is a number.</param>
/// <param name="Texts">The value if it is quoted, or the items of a list.</param>
/// <param name="Position">Start of the comparison in the filter, from 1.</param>
public sealed record Comparison(string? Entity, string Key, Comparator Comparator, string? Number, IReadOnlyList<string> Texts,
    int Position) : FilterExpression;

/// <summary>One field of an order.</summary>
public sealed record Ordering(string? Entity, string Key, bool Ascending);
