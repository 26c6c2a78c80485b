using System.Globalization;
using System.Text;

namespace Linnaeus.Registry.Client.Http;

/// <summary>A path with query parameters; those without a value are left out.</summary>
/// <param name="next">What goes before the first one: an ampersand where the path has some already.</param>
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
