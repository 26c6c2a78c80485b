using System.Text.Json;

namespace Linnaeus.Registry.Mlflow;

/// <summary>
/// A JSON value in the format of Python's <c>str</c>. MLflow's servers used it in messages before they changed to JSON, and old scripts
/// still match it.
/// </summary>
internal static class PythonText
{
    public static string Of(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : Repr(value);

    private static string Repr(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"'{value.GetString()!.Replace("'", "\\'", StringComparison.Ordinal)}'",
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Null => "None",
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(Repr))}]",
        JsonValueKind.Object => $"{{{string.Join(", ", value.EnumerateObject().Select(p => $"'{p.Name}': {Repr(p.Value)}"))}}}",
        _ => value.GetRawText(),
    };
}
