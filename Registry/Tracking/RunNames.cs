using System.Security.Cryptography;

namespace Linnaeus.Registry.Tracking;

/// <summary>Makes up run names such as <c>amber-tulip-482</c>.</summary>
internal static class RunNames
{
    private static readonly string[] Adjectives =
    [
        "amber", "ancient", "bold", "breezy", "bright", "calm", "clever", "crimson", "dappled", "eager", "early", "fragrant", "gentle",
            "golden",
        "graceful", "hardy", "ivory", "jolly", "keen", "late", "lively", "mellow", "misty", "noble", "pale", "patient", "quiet", "rare",
            "rosy",
        "rustling", "scarlet", "shy", "silver", "slender", "spotted", "steady", "sunny", "tall", "velvet", "vivid", "wild", "wise", "young",
    ];

    private static readonly string[] Plants =
    [
        "acacia", "alder", "anemone", "aster", "bellflower", "birch", "bluebell", "buttercup", "camellia", "clover", "columbine",
            "cornflower",
        "crocus", "dahlia", "daisy", "fern", "foxglove", "gentian", "geranium", "hazel", "heather", "hibiscus", "iris", "jasmine", "larch",
            "lilac",
        "lily", "linden", "lotus", "lupin", "magnolia", "maple", "marigold", "orchid", "peony", "petunia", "poppy", "primrose", "rowan",
            "sorrel",
        "sundew", "thistle", "tulip", "violet", "willow", "yarrow",
    ];

    public static string Make() =>
        $"{Adjectives[RandomNumberGenerator.GetInt32(Adjectives.Length)]}-{Plants[RandomNumberGenerator.GetInt32(Plants.Length)]}-{RandomNumberGenerator.GetInt32(100, 1000)}";
}
