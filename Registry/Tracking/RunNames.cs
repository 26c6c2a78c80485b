using System.Security.Cryptography;

namespace Linnaeus.Registry.Tracking;

/// <summary>Generates run names such as <c>amber-tulip-482</c>.</summary>
internal static class RunNames
{
    // Some of MLflow's adjectives, since some scripts use them to recognize generated names.
    private static readonly string[] Adjectives =
    [
        "able", "adorable", "agreeable", "amazing", "amusing", "beautiful", "big", "blushing", "bold", "bright", "calm", "capable",
        "carefree", "charming", "clean", "colorful", "dapper", "dazzling", "delicate", "delightful", "efficient", "enchanting", "fearless",
        "flawless", "fortunate", "gentle", "gifted", "handsome", "honorable", "intelligent", "invincible", "kindly", "learned",
        "legendary", "likeable", "luminous", "luxuriant",
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
