namespace Linnaeus.Registry.Data;

/// <summary>Time as in the database and MLflow: milliseconds since 1970.</summary>
internal static class UnixTime
{
    public static long UnixNow(this TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();
}
