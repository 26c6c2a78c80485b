namespace Linnaeus.Vision.Explanations;

internal static class MapOrder
{
    /// <summary>Indices by descending value; ties in index order.</summary>
    public static int[] Descending(ReadOnlySpan<float> values)
    {
        var keys = new (float Value, int Place)[values.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = (-values[i], i);
        Array.Sort(keys);
        return Array.ConvertAll(keys, key => key.Place);
    }
}
