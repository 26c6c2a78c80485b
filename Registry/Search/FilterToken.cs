using System.Globalization;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Search;

internal enum TokenKind { Word, QuotedName, Text, Number, Comparator, Dot, Comma, Open, Close, End }

/// <summary>A token of a filter or an order: its text without quotes, and its start (from 1).</summary>
internal readonly record struct FilterToken(TokenKind Kind, string Text, int Position, bool SpaceBefore)
{
    public bool IsWord(string keyword) => Kind == TokenKind.Word && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Kind == TokenKind.End ? "the end" : $"'{Text}'";
}

/// <summary>Splits a filter string into tokens.</summary>
internal static class FilterTokens
{
    public static List<FilterToken> Read(string text)
    {
        var tokens = new List<FilterToken>();
        var at = 0;
        while (true)
        {
            var start = at;
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            var spaced = at > start;
            if (at == text.Length)
            {
                tokens.Add(new FilterToken(TokenKind.End, "", at + 1, spaced));
                return tokens;
            }
            var position = at + 1;
            var (kind, value, next) = ReadOne(text, at, afterDot: tokens.Count > 0 && tokens[^1].Kind == TokenKind.Dot && !spaced);
            tokens.Add(new FilterToken(kind, value, position, spaced));
            at = next;
        }
    }

    private static (TokenKind Kind, string Text, int Next) ReadOne(string text, int at, bool afterDot)
    {
        switch (text[at])
        {
            case '\'':
                return Quoted(text, at, TokenKind.Text);
            // Double quotes are a name on the left of a comparison and a string on its right; the parser decides.
            case '"' or '`':
                return Quoted(text, at, TokenKind.QuotedName);
            case '(':
                return (TokenKind.Open, "(", at + 1);
            case ')':
                return (TokenKind.Close, ")", at + 1);
            case ',':
                return (TokenKind.Comma, ",", at + 1);
            case '<' or '>' or '!' or '=':
                var length = at + 1 < text.Length && text[at + 1] == '=' ? 2 : 1;
                var comparator = text.Substring(at, length);
                if (comparator is "!" or "==") break;
                return (TokenKind.Comparator, comparator, at + length);
        }
        if (!afterDot && Number(text, at) is { } end) return (TokenKind.Number, text[at..end], end);
        if (text[at] == '.') return (TokenKind.Dot, ".", at + 1);
        var stop = at;
        while (stop < text.Length && IsWordCharacter(text[stop])) stop++;
        if (stop > at) return (TokenKind.Word, text[at..stop], stop);
        throw RegistryException.Invalid($"Invalid clause(s) in filter string: unexpected '{text[at]}' at position {at + 1} of \"{text}\".");
    }

    private static (TokenKind, string, int) Quoted(string text, int at, TokenKind kind)
    {
        var quote = text[at];
        var value = new System.Text.StringBuilder();
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] != quote) value.Append(text[i]);
            else if (i + 1 < text.Length && text[i + 1] == quote) value.Append(text[i++]);
            else return (kind, value.ToString(), i + 1);
        }
        throw RegistryException.Invalid($"Invalid clause(s) in filter string: the quote {quote} opened at position {at + 1} of \"{text}\" is not closed.");
    }

    /// <summary>End of the number that starts at <paramref name="at"/>, or null when it is not a number.</summary>
    private static int? Number(string text, int at)
    {
        var end = at;
        if (text[end] is '-' or '+') end++;
        if (end == text.Length || !(char.IsAsciiDigit(text[end])
            || (text[end] == '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1])))) return null;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.')) end++;
        if (end < text.Length && text[end] is 'e' or 'E')
        {
            var exponent = end + 1;
            if (exponent < text.Length && text[exponent] is '-' or '+') exponent++;
            var digits = exponent;
            while (exponent < text.Length && char.IsAsciiDigit(text[exponent])) exponent++;
            if (exponent > digits) end = exponent;
        }
        if (end < text.Length && IsWordCharacter(text[end])) return null;
        return double.TryParse(text.AsSpan(at, end - at), NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? end : null;
    }

    private static bool IsWordCharacter(char c) =>
        char.IsLetterOrDigit(c) || c is '_' or '-' or '/' or '$' or ':' or '@' || char.IsSurrogate(c);
}
