namespace Linnaeus.Registry.Tracking;

/// <summary>MLflow's time: milliseconds since 1970.</summary>
internal static class Clock
{
    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
}
