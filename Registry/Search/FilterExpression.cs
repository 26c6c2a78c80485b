namespace Linnaeus.Registry.Search;

/// <summary>A parsed filter.</summary>
public abstract record FilterExpression;

public sealed record AllOf(IReadOnlyList<FilterExpression> Parts) : FilterExpression;

public sealed record AnyOf(IReadOnlyList<FilterExpression> Parts) : FilterExpression;

public sealed record Negation(FilterExpression Inner) : FilterExpression;

/// <summary>How a field is compared.</summary>
public enum Comparator { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, Like, ILike, In, NotIn, IsNull, IsNotNull }

/// <summary>
/// One comparison. <paramref name="Entity"/> is the part before the first dot (null when there is none), <paramref name="Key"/> the rest
/// without quotes.
/// </summary>
/// <param name="Entity">Such as <c>metrics</c>.</param>
/// <param name="Key">Such as <c>val_loss</c>.</param>
/// <param name="Comparator">The comparison.</param>
/// <param name="Number">The value when it was written as a number.</param>
/// <param name="Texts">The value when it was quoted, or the members of a list.</param>
/// <param name="Position">Where the comparison starts in the filter, from 1.</param>
public sealed record Comparison(string? Entity, string Key, Comparator Comparator, string? Number, IReadOnlyList<string> Texts,
    int Position) : FilterExpression;

/// <summary>One member of an order.</summary>
public sealed record Ordering(string? Entity, string Key, bool Ascending);
