using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Search;

/// <summary>The fields of a search.</summary>
internal interface ISearchTarget
{
    /// <summary>Appends the SQL of <paramref name="comparison"/>: an expression that is true or false, never NULL.</summary>
    void Append(FilterSql sql, Comparison comparison);
}

/// <summary>Writes a parsed filter as a parameterized SQL condition.</summary>
internal sealed class FilterSql(SqlText text, ISearchTarget target, bool isSqlite)
{
    private const int MaxPattern = 10_000;

    public SqlText Text { get; } = text;

    public void Append(FilterExpression expression)
    {
        switch (expression)
        {
            case Comparison comparison:
                target.Append(this, comparison);
                break;
            case Negation negation:
                Text.Add("NOT (");
                Append(negation.Inner);
                Text.Add(")");
                break;
            case AllOf all:
                Join(all.Parts, " AND ");
                break;
            case AnyOf any:
                Join(any.Parts, " OR ");
                break;
        }
    }

    /// <summary>Joins as a balanced tree, since databases limit the depth of an expression, and a chain is as deep as it is long.</summary>
    private void Join(IReadOnlyList<FilterExpression> parts, string separator, int start = 0, int? end = null)
    {
        var count = (end ?? parts.Count) - start;
        if (count == 1)
        {
            Append(parts[start]);
            return;
        }
        Text.Add("(");
        Join(parts, separator, start, start + count / 2);
        Text.Add(separator);
        Join(parts, separator, start + count / 2, start + count);
        Text.Add(")");
    }

    /// <summary>A key-value table: <c>EXISTS (... AND key = K AND value op V)</c>.</summary>
    /// <param name="comparison">A comparison of strings.</param>
    /// <param name="source">The SQL up to the key, e.g. <c>run_tags t WHERE t.run_key = r.id</c>; its alias is <c>t</c>.</param>
    /// <param name="kind">The field's kind in messages.</param>
    public void AppendKeyValue(Comparison comparison, string source, string kind)
    {
        Text.Add(comparison.Comparator == Comparator.IsNull ? "NOT EXISTS (SELECT 1 FROM " : "EXISTS (SELECT 1 FROM ").Add(source)
            .Add(" AND t.key = ").Value(comparison.Key);
        if (comparison.Comparator is not (Comparator.IsNull or Comparator.IsNotNull))
        {
            Text.Add(" AND ");
            CompareText("t.value", comparison, kind);
        }
        Text.Add(")");
    }

    /// <summary>Compares <paramref name="column"/> with the quoted value; the column must not be NULL.</summary>
    public void CompareText(string column, Comparison comparison, string kind)
    {
        if (comparison.Number is { } number)
            throw RegistryException.Invalid($"Expected a quoted string value for {kind} (e.g. 'my-value'). Got value {number} at position {comparison.Position}.");
        if (comparison.Comparator is Comparator.Like or Comparator.ILike && comparison.Texts[0].Length > MaxPattern)
            throw RegistryException.Invalid($"The pattern at position {comparison.Position} has {comparison.Texts[0].Length} characters. The limit is {MaxPattern}.");
        switch (comparison.Comparator)
        {
            case Comparator.Equal:
                Text.Add(column).Add(" = ").Value(comparison.Texts[0]);
                break;
            case Comparator.NotEqual:
                Text.Add(column).Add(" <> ").Value(comparison.Texts[0]);
                break;
            case Comparator.In or Comparator.NotIn:
                Text.Add(column).Add(comparison.Comparator == Comparator.In ? " IN " : " NOT IN ").Values(comparison.Texts);
                break;
            case Comparator.Like when isSqlite:
                // SQLite's LIKE ignores case; GLOB does not.
                Text.Add(column).Add(" GLOB ").Value(Glob(comparison.Texts[0]));
                break;
            case Comparator.Like or Comparator.ILike:
                Text.Add(column).Add(isSqlite || comparison.Comparator == Comparator.Like ? " LIKE " : " ILIKE ")
                    .Value(comparison.Texts[0]);
                if (!isSqlite) Text.Add(" ESCAPE ''");
                break;
            default:
                throw BadComparator(comparison, kind);
        }
    }

    /// <summary>Compares <paramref name="column"/> with the number; the column must not be NULL.</summary>
    public void CompareNumber(string column, Comparison comparison, string kind, Func<string, object> parse)
    {
        var comparator = comparison.Comparator switch
        {
            Comparator.Equal => " = ",
            Comparator.NotEqual => " <> ",
            Comparator.Less => " < ",
            Comparator.LessOrEqual => " <= ",
            Comparator.Greater => " > ",
            Comparator.GreaterOrEqual => " >= ",
            _ => throw BadComparator(comparison, kind),
        };
        if (comparison.Number is not { } number)
            throw RegistryException.Invalid($"Expected numeric value type for {kind}. Found '{string.Join("', '", comparison.Texts)}' at position {comparison.Position}.");
        Text.Add(column).Add(comparator).Value(parse(number));
    }

    /// <summary>Appends <c> AND</c> the comparison of metric <c>t</c> with the number.</summary>
    public void CompareMetric(Comparison comparison)
    {
        // NaN differs from every number and is neither above nor below it.
        Text.Add(comparison.Comparator == Comparator.NotEqual ? " AND (t.is_nan OR " : " AND (NOT t.is_nan AND ");
        CompareNumber("t.value", comparison, "metric", ParseReal);
        Text.Add(")");
    }

    /// <summary>A column of the searched table.</summary>
    public void AppendColumn(Comparison comparison, string column, bool numeric, bool nullable, string kind)
    {
        if (comparison.Comparator is Comparator.IsNull or Comparator.IsNotNull)
        {
            Text.Add(column).Add(comparison.Comparator == Comparator.IsNull ? " IS NULL" : " IS NOT NULL");
            return;
        }
        if (nullable) Text.Add("(").Add(column).Add(" IS NOT NULL AND ");
        if (numeric) CompareNumber(column, comparison, kind, ParseInteger);
        else CompareText(column, comparison, kind);
        if (nullable) Text.Add(")");
    }

    public static object ParseInteger(string number) =>
        long.TryParse(number, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture,
            out var integer) ? integer : ParseReal(number);

    public static object ParseReal(string number) => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture);

    public static RegistryException BadComparator(Comparison comparison, string kind) =>
        RegistryException.Invalid($"Invalid comparator '{Name(comparison.Comparator)}' for {kind} '{comparison.Key}' at position {comparison.Position}.");

    private static string Name(Comparator comparator) => comparator switch
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

    private static string Glob(string like)
    {
        var glob = new System.Text.StringBuilder();
        foreach (var c in like)
            _ = c switch
            {
                '%' => glob.Append('*'),
                '_' => glob.Append('?'),
                '*' or '?' or '[' => glob.Append('[').Append(c).Append(']'),
                _ => glob.Append(c),
            };
        return glob.ToString();
    }
}
