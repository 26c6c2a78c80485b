namespace Linnaeus.Portal.Runs;

/// <summary>Groups metrics for one chart: <c>train_loss</c> with <c>val_loss</c>. Losses and accuracies come first.</summary>
public static class MetricGroups
{
    private static readonly string[] Parts = ["train", "training", "val", "valid", "validation", "test", "eval", "ema"];
    private static readonly string[] First = ["loss", "accuracy"];

    public static IReadOnlyList<(string Title, IReadOnlyList<string> Keys)> Of(IEnumerable<string> keys) =>
        [.. keys.GroupBy(Title).OrderBy(group => Place(group.Key)).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, (IReadOnlyList<string>)[.. group.OrderBy(PartOf).ThenBy(key => key, StringComparer.Ordinal)]))];

    private static string Title(string key) => PartOf(key) < Parts.Length ? key[(Parts[PartOf(key)].Length + 1)..] : key;

    private static int PartOf(string key)
    {
        var end = key.IndexOfAny(['_', '/', '.']);
        var part = end > 0 && end + 1 < key.Length ? Array.IndexOf(Parts, key[..end]) : -1;
        return part < 0 ? Parts.Length : part;
    }

    private static int Place(string title) => Array.IndexOf(First, title) is var at and >= 0 ? at : First.Length;
}
