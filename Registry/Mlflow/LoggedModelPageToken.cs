using System.Text;
using System.Text.Json;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Mlflow;

/// <summary>
/// Where the next page of a search of logged models starts. Unlike <see cref="PageToken"/> it remembers the search, so that a token
/// that is handed back with another one is refused, as MLflow does.
/// </summary>
internal sealed record LoggedModelPageToken(string Experiments, string Filter, string OrderBy, long Offset)
{
    public static LoggedModelPageToken Of(MlflowRequest request) => new(string.Join(',', request.Strings("experiment_ids")),
        request.String("filter") ?? "", request.Text("order_by"), 0);

    public string Encode() => Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this)));

    /// <summary>The offset that <paramref name="token"/> holds, if it belongs to this search.</summary>
    public long Resume(string? token)
    {
        if (string.IsNullOrEmpty(token)) return 0;
        var other = Decode(token);
        if (other.Experiments != Experiments) throw Mismatch("Experiment IDs", "experiment IDs", Experiments, other.Experiments);
        if (other.Filter != Filter) throw Mismatch("Filter string", "filter string", Filter, other.Filter);
        if (other.OrderBy != OrderBy) throw Mismatch("Order by", "order by", OrderBy, other.OrderBy);
        return Math.Max(0, other.Offset);
    }

    private static LoggedModelPageToken Decode(string token)
    {
        try
        {
            if (JsonSerializer.Deserialize<LoggedModelPageToken>(Convert.FromBase64String(token)) is { } decoded) return decoded;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw new RegistryException(ErrorCode.InvalidParameterValue, Invalid(token), exception);
        }
        throw RegistryException.Invalid(Invalid(token));
    }

    private static string Invalid(string token) => $"Invalid page token '{token}': use the next_page_token of an earlier answer.";

    private static RegistryException Mismatch(string what, string requested, string expected, string found) =>
        RegistryException.Invalid($"{what} in the page token do{(what == "Experiment IDs" ? "" : "es")} not match the requested {requested}. Expected: {expected}. Found: {found}");
}
