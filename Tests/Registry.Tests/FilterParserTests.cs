using Linnaeus.Registry.Http;
using Linnaeus.Registry.Search;

namespace Linnaeus.Registry.Tests;

public sealed class FilterParserTests
{
    [Theory]
    [InlineData("metrics.loss > 0.5", "metrics|loss Greater 0.5")]
    [InlineData("metrics.loss<=-1e-3", "metrics|loss LessOrEqual -1e-3")]
    [InlineData("params.`my param` = 'a b'", "params|my param Equal 'a b'")]
    [InlineData("params.\"my.param\" != \"x\"", "params|my.param NotEqual 'x'")]
    [InlineData("tags.mlflow.source.name LIKE '%train%'", "tags|mlflow.source.name Like '%train%'")]
    [InlineData("name ilike 'Flow%'", "|name ILike 'Flow%'")]
    [InlineData("attributes.`run name` = 'it''s'", "attributes|run name Equal 'it's'")]
    [InlineData("run_id IN ('a', 'b')", "|run_id In 'a','b'")]
    [InlineData("run_id NOT IN ('a')", "|run_id NotIn 'a'")]
    [InlineData("tags.x IS NULL", "tags|x IsNull")]
    [InlineData("tags.x is not null", "tags|x IsNotNull")]
    [InlineData("metrics.größe = 1", "metrics|größe Equal 1")]
    public void Comparisons(string filter, string expected) => Assert.Equal(expected, Show(FilterParser.Parse(filter)!));

    [Theory]
    [InlineData("a = 'x' AND b = 'y' OR c = 'z'", "((|a Equal 'x' AND |b Equal 'y') OR |c Equal 'z')")]
    [InlineData("a = 'x' AND (b = 'y' OR c = 'z')", "(|a Equal 'x' AND (|b Equal 'y' OR |c Equal 'z'))")]
    [InlineData("NOT a = 'x' and not (b = 'y')", "(NOT |a Equal 'x' AND NOT |b Equal 'y')")]
    [InlineData("(((a = 'x')))", "|a Equal 'x'")]
    [InlineData("a = 'and' AND b = 'or'", "(|a Equal 'and' AND |b Equal 'or')")]
    public void NOT_binds_tighter_than_AND_and_AND_tighter_than_OR(string filter, string expected) =>
        Assert.Equal(expected, Show(FilterParser.Parse(filter)!));

    [Theory]
    [InlineData("metrics.loss >", 15)]
    [InlineData("metrics.loss > 1 AND", 21)]
    [InlineData("metrics.loss 1", 14)]
    [InlineData("metrics.loss = 1 metrics.x = 2", 18)]
    [InlineData("(metrics.loss = 1", 18)]
    [InlineData("metrics.loss = 1)", 17)]
    [InlineData("tags.x = 'open", 10)]
    [InlineData("tags.x == 'a'", 8)]
    [InlineData("metrics.loss = 1 ; drop", 18)]
    [InlineData("= 1", 1)]
    [InlineData("tags.x IN ()", 12)]
    public void Errors_name_their_position(string filter, int position)
    {
        var fault = Assert.Throws<RegistryException>(() => FilterParser.Parse(filter));
        Assert.Equal(ErrorCode.InvalidParameterValue, fault.Code);
        Assert.Contains($"position {position}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unquoted_strings_are_refused() =>
        Assert.Contains("quote", Assert.Throws<RegistryException>(() => FilterParser.Parse("params.x = abc")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    public void An_empty_filter_is_null(string? filter) => Assert.Null(FilterParser.Parse(filter));

    [Fact]
    public void Depth_is_limited()
    {
        Assert.Throws<RegistryException>(() => FilterParser.Parse(new string('(', 50_000)));
        Assert.Throws<RegistryException>(() => FilterParser.Parse(string.Concat(Enumerable.Repeat("not ", 20_000)) + "a = 'b'"));
    }

    [Theory]
    [InlineData("metrics.loss", "metrics", "loss", true)]
    [InlineData("metrics.`a b` DESC", "metrics", "a b", false)]
    [InlineData("start_time asc", null, "start_time", true)]
    [InlineData("`run name` desc", null, "run name", false)]
    public void Orders(string order, string? entity, string key, bool ascending) =>
        Assert.Equal(new Ordering(entity, key, ascending), FilterParser.ParseOrder(order));

    [Theory]
    [InlineData("metrics.loss DOWN")]
    [InlineData("")]
    [InlineData("metrics.")]
    public void Bad_orders_are_refused(string order) =>
        Assert.Contains("order_by", Assert.Throws<RegistryException>(() => FilterParser.ParseOrder(order)).Message,
        StringComparison.Ordinal);

    /// <summary>The parser accepts any string or answers INVALID_PARAMETER_VALUE.</summary>
    [Fact]
    public void Any_string_is_parsed_or_rejected_cleanly()
    {
        string[] pieces = ["metrics", ".", "loss", " ", "=", "!=", "<", ">", "'a'", "\"b\"", "`c`", "1", "-2.5e3", "(", ")", ",", " and ",
            " or ", " not ", " in ", " is ", " null ", " like ", "'", "\"", "ü", "\ud83d\ude00", "\0", "%"];
        var random = new Random(7);
        var understood = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var filter = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                if (FilterParser.Parse(filter) is not null) understood++;
            }
            catch (RegistryException fault)
            {
                Assert.Equal(ErrorCode.InvalidParameterValue, fault.Code);
            }
        }
        Assert.InRange(understood, 10, 49_000);
    }

    /// <summary>Writing an expression and parsing it yields the same expression.</summary>
    [Fact]
    public void Written_filters_parse_to_the_same_expression()
    {
        var random = new Random(11);
        for (var i = 0; i < 5_000; i++)
        {
            var expression = Make(random, 4);
            Assert.Equal(Show(expression), Show(FilterParser.Parse(FilterText.Write(expression))!));
        }
    }

    private static FilterExpression Make(Random random, int depth) => (depth == 0 ? 3 : random.Next(4)) switch
    {
        0 => new AllOf([Make(random, depth - 1), Make(random, depth - 1)]),
        1 => new AnyOf([Make(random, depth - 1), Make(random, depth - 1), Make(random, depth - 1)]),
        2 => new Negation(Make(random, depth - 1)),
        _ => random.Next(2) == 0
            ? new Comparison("metrics", Name(random), (Comparator)random.Next(6), $"{random.NextDouble() - 0.5:R}", [], 0)
            : new Comparison("tags", Name(random), (Comparator)random.Next(6, 10), null, [Name(random)], 0),
    };

    private static string Name(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => "ab.c `'\"ö%()"[random.Next(12)]));

    private static string Show(FilterExpression expression) => expression switch
    {
        AllOf all => $"({string.Join(" AND ", all.Parts.Select(Show))})",
        AnyOf any => $"({string.Join(" OR ", any.Parts.Select(Show))})",
        Negation negation => $"NOT {Show(negation.Inner)}",
        Comparison c => $"{c.Entity}|{c.Key} {c.Comparator} {c.Number ?? string.Join(",", c.Texts.Select(t => $"'{t}'"))}".TrimEnd(),
        _ => throw new InvalidOperationException(),
    };
}
