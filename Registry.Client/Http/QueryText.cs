using System.Globalization;
using System.Text;

namespace Linnaeus.Registry.Client.Http;

/// <summary>A path with query parameters; parameters without a value are omitted.</summary>
/// <param name="next">Separator before the first parameter: an ampersand if the path already has some.</param>
internal sealed class QueryText(string path, char next = '?')
{
    private readonly StringBuilder _text = new(path);
    private char _next = next;

    public QueryText Add(string name, object? value)
    {
        if (value is null)
            return this;
        _text.Append(_next).Append(name).Append('=').Append(Uri.EscapeDataString(Convert.ToString(value, CultureInfo.InvariantCulture)!));
        _next = '&';
        return this;
    }

    public override string ToString() => _text.ToString();
}
