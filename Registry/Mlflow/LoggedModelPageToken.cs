using System.Text;
using System.Text.Json;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Mlflow;

/// <summary>
/// The offset of the next page in a search of logged models. Unlike <see cref="PageToken"/> it contains the search, so that a token
/// for another search is rejected, as in MLflow.
/// </summary>
internal sealed record LoggedModelPageToken(string Experiments, string Filter, string OrderBy, long Offset)
{
    public static LoggedModelPageToken Of(MlflowRequest request) => new(string.Join(',', request.Strings("experiment_ids")),
        request.String("filter") ?? "", request.Text("order_by"), 0);

    public string Encode() => Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this)));

    /// <summary>The offset of <paramref name="token"/>, if it belongs to this search.</summary>
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

    private static string Invalid(string token) => $"Invalid page token '{token}': use the next_page_token of an earlier response.";

    private static RegistryException Mismatch(string what, string requested, string expected, string found) =>
        RegistryException.Invalid($"{what} in the page token do{(what == "Experiment IDs" ? "" : "es")} not match the requested {requested}. Expected: {expected}. Found: {found}");
}
