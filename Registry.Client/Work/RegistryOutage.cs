using Microsoft.Extensions.Logging;

namespace Linnaeus.Registry.Client.Work;

/// <summary>Waits for an unreachable Registry, for work that is too expensive to lose.</summary>
public static class RegistryOutage
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Repeats the idempotent <paramref name="call"/> until it succeeds or <paramref name="patience"/> is over.</summary>
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
                logger.LogWarning("Registry unavailable, retrying in {Seconds} s: {Reason}", wait.TotalSeconds, error.Message);
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
