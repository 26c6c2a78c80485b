using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Search;

/// <summary>
/// Recursive-descent parser of MLflow's filter language, extended by OR, NOT and parentheses.
/// <code>
/// or         := and (OR and)*
/// and        := not (AND not)*
/// not        := NOT not | '(' or ')' | comparison
/// comparison := field ('=' | '!=' | '&lt;' | '&lt;=' |
/// '>' | '>=' | LIKE | ILIKE) value | field [NOT] IN '(' string (',' string)* ')' | field IS [NOT] NULL
/// field      := name ('.' name)*     name := word | `...` | "..."     value := number | '...' | "..."
/// </code>
/// Errors are INVALID_PARAMETER_VALUE with the position.
/// </summary>
public sealed class FilterParser
{
    private const int MaxDepth = 100;
    private const int MaxLength = 100_000;
    private const int MaxOrders = 30;

    private readonly string _text;
    private readonly List<FilterToken> _tokens;
    private int _at;
    private int _depth;

    private FilterParser(string text)
    {
        if (text.Length > MaxLength) throw RegistryException.Invalid($"The filter has {text.Length} characters. The limit is {MaxLength}.");
        _text = text;
        _tokens = FilterTokens.Read(text);
    }

    private FilterToken Current => _tokens[_at];

    /// <summary>The parsed filter, or null when it is empty.</summary>
    public static FilterExpression? Parse(string? filter)
    {
        if (string.IsNullOrWhiteSpace(filter)) return null;
        var parser = new FilterParser(filter);
        var expression = parser.Or();
        return parser.Current.Kind == TokenKind.End ? expression : throw parser.Unexpected("AND, OR or the end");
    }

    /// <summary>Parses <c>metrics.loss DESC</c>.</summary>
    public static Ordering ParseOrder(string order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var parser = new FilterParser(order);
        try
        {
            var (entity, key) = parser.Field();
            var ascending = !parser.Current.IsWord("desc");
            if (parser.Current.IsWord("asc") || parser.Current.IsWord("desc")) parser._at++;
            if (parser.Current.Kind != TokenKind.End) throw parser.Unexpected("ASC, DESC or the end");
            return new Ordering(entity, key, ascending);
        }
        catch (RegistryException fault)
        {
            throw new RegistryException(ErrorCode.InvalidParameterValue, $"Invalid order_by clause '{order}'. {fault.Message}", fault);
        }
    }

    /// <summary>Parses a list of orders; like MLflow, rejects duplicate fields.</summary>
    /// <param name="orders">E.g. <c>metrics.loss DESC</c>.</param>
    /// <param name="identity">Identifies a field, whichever of its names is used.</param>
    public static List<Ordering> ParseOrders(IEnumerable<string> orders, Func<Ordering, string> identity)
    {
        var parsed = orders.Select(ParseOrder).ToList();
        if (parsed.Count > MaxOrders) throw RegistryException.Invalid($"`order_by` has {parsed.Count} items. The limit is {MaxOrders}.");
        var twice = parsed.GroupBy(identity).Where(g => g.Count() > 1).Select(g => g.Key).ToList();
        return twice.Count == 0 ? parsed
            : throw RegistryException.Invalid($"`order_by` contains duplicate fields: {string.Join(", ", twice)}.");
    }

    private FilterExpression Or()
    {
        if (++_depth > MaxDepth) throw RegistryException.Invalid($"The filter nests more than {MaxDepth} levels deep.");
        var parts = new List<FilterExpression> { And() };
        while (Take("or")) parts.Add(And());
        _depth--;
        return parts.Count == 1 ? parts[0] : new AnyOf(parts);
    }

    private FilterExpression And()
    {
        var parts = new List<FilterExpression> { Not() };
        while (Take("and")) parts.Add(Not());
        return parts.Count == 1 ? parts[0] : new AllOf(parts);
    }

    private FilterExpression Not()
    {
        if (Take("not"))
        {
            if (++_depth > MaxDepth) throw RegistryException.Invalid($"The filter nests more than {MaxDepth} levels deep.");
            var inner = Not();
            _depth--;
            return new Negation(inner);
        }
        if (Current.Kind != TokenKind.Open) return Compare();
        _at++;
        var expression = Or();
        Expect(TokenKind.Close, "')'");
        return expression;
    }

    private Comparison Compare()
    {
        var position = Current.Position;
        var (entity, key) = Field();
        if (Take("is"))
        {
            var comparator = Take("not") ? Comparator.IsNotNull : Comparator.IsNull;
            if (!Take("null")) throw Unexpected("NULL");
            return new Comparison(entity, key, comparator, null, [], position);
        }
        if (Take("in")) return new Comparison(entity, key, Comparator.In, null, List(), position);
        if (Take("not"))
        {
            if (!Take("in")) throw Unexpected("IN");
            return new Comparison(entity, key, Comparator.NotIn, null, List(), position);
        }
        var comparison = TakeComparator();
        var value = Current;
        _at++;
        return value.Kind switch
        {
            TokenKind.Number => new Comparison(entity, key, comparison, value.Text, [], position),
            TokenKind.Text or TokenKind.QuotedName when _text[value.Position - 1] != '`' =>
                new Comparison(entity, key, comparison, null, [value.Text], position),
            TokenKind.Word when !IsConstant(value) => throw RegistryException.Invalid($"Parameter value is either not quoted or unidentified quote types used for string value {value.Text} at position {value.Position}: put it in single or double quotes."),
            _ => throw Unexpected("a number or a quoted string", value),
        };
    }

    /// <summary>SQL's constants, which need no quotes.</summary>
    private static bool IsConstant(FilterToken token) => token.IsWord("true") || token.IsWord("false") || token.IsWord("null");

    private Comparator TakeComparator()
    {
        var token = Current;
        _at++;
        return token switch
        {
            { Kind: TokenKind.Comparator } => token.Text switch
            {
                "=" => Comparator.Equal,
                "!=" => Comparator.NotEqual,
                "<" => Comparator.Less,
                "<=" => Comparator.LessOrEqual,
                ">" => Comparator.Greater,
                _ => Comparator.GreaterOrEqual,
            },
            _ when token.IsWord("like") => Comparator.Like,
            _ when token.IsWord("ilike") => Comparator.ILike,
            _ => throw Unexpected("a comparator", token),
        };
    }

    private (string? Entity, string Key) Field()
    {
        var first = Name();
        string? rest = null;
        while (Current.Kind == TokenKind.Dot)
        {
            _at++;
            rest = rest is null ? Name() : $"{rest}.{Name()}";
        }
        return rest is null ? (null, first) : (first, rest);
    }

    private string Name()
    {
        var token = Current;
        // A run name such as `7e3` looks like a number, and so does the year in tags.2024.
        if (token.Kind is not (TokenKind.Word or TokenKind.QuotedName)) throw Unexpected("a field such as metrics.accuracy", token);
        _at++;
        return token.Text;
    }

    private List<string> List()
    {
        Expect(TokenKind.Open, "'('");
        if (Current.Kind == TokenKind.Close) throw BadList("a non-empty list of string values, but got empty list");
        var values = new List<string>();
        do
        {
            if (Current.Kind == TokenKind.End) throw Unexpected("a quoted string");
            if (Current.Kind == TokenKind.Comma) throw BadList("a non-empty list of string values, but got ill-formed list");
            if (Current.Kind is not (TokenKind.Text or TokenKind.QuotedName))
                throw BadList($"string value, punctuation, or whitespace, but got different type in list: {Current}");
            values.Add(Current.Text);
            _at++;
        }
        while (Take(TokenKind.Comma) && Current.Kind != TokenKind.Close);
        Expect(TokenKind.Close, "')'");
        return values;
    }

    private RegistryException BadList(string what) => RegistryException.Invalid(
        $"While parsing a list in the query, expected {what} at position {Current.Position} of \"{_text}\".");

    private bool Take(string keyword)
    {
        if (!Current.IsWord(keyword)) return false;
        _at++;
        return true;
    }

    private bool Take(TokenKind kind)
    {
        if (Current.Kind != kind) return false;
        _at++;
        return true;
    }

    private void Expect(TokenKind kind, string what)
    {
        if (!Take(kind)) throw Unexpected(what);
    }

    private RegistryException Unexpected(string expected) => Unexpected(expected, Current);

    private RegistryException Unexpected(string expected, FilterToken found) =>
        RegistryException.Invalid($"Invalid clause(s) in filter string: expected {expected} but found {found} at position {found.Position} of \"{_text}\".");
}
