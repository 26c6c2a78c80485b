namespace Linnaeus.Registry.Data;

/// <summary>Time as the database and MLflow keep it: milliseconds since 1970.</summary>
internal static class UnixTime
{
    public static long UnixNow(this TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();
}
