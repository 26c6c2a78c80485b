using Microsoft.Extensions.Logging;

namespace Linnaeus.Registry.Client.Work;

/// <summary>Waits for an unreachable Registry to come back, for work that is too dear to be lost to an outage.</summary>
public static class RegistryOutage
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Repeats <paramref name="call"/>, which must be safe to repeat, until it succeeds or <paramref name="patience"/> is over.</summary>
    public static async Task<T> RideOutAsync<T>(Func<Task<T>> call, TimeSpan patience, ILogger logger, CancellationToken cancellationToken)
    {
        var end = DateTimeOffset.UtcNow + patience;
        var wait = TimeSpan.FromSeconds(0.25);
        while (true)
        {
            try
            {
                return await call();
            }
            catch (RegistryException error) when (error.IsTransient && DateTimeOffset.UtcNow + wait < end)
            {
                logger.LogWarning("The Registry did not answer, next try in {Seconds} s: {Reason}", wait.TotalSeconds, error.Message);
            }
            await Task.Delay(wait, cancellationToken);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    /// <inheritdoc cref="RideOutAsync{T}"/>
    public static Task RideOutAsync(Func<Task> call, TimeSpan patience, ILogger logger, CancellationToken cancellationToken) =>
        RideOutAsync(async () =>
        {
            await call();
            return true;
        }, patience, logger, cancellationToken);
}
