using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace Linnaeus.Access;

/// <summary>How many requests a token may make, and an address that shows none: a token bucket each.</summary>
internal static class RateLimits
{
    private const int BurstSeconds = 4;

    /// <summary>An address without a token gets this part of a token's rate.</summary>
    private const int StrangersPart = 10;

    public static void Apply(RateLimiterOptions limiter, AccessOptions access)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Partition(context, access.RequestsPerSecond));
        limiter.OnRejected = async (rejected, _) =>
        {
            if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
                rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await Refusal.WriteAsync(rejected.HttpContext, StatusCodes.Status429TooManyRequests, "REQUEST_LIMIT_EXCEEDED",
                $"Too many requests: a token may make {access.RequestsPerSecond} a second (Access__RequestsPerSecond), an address without one "
                + "a tenth. Wait, or log in batches.");
        };
    }

    private static RateLimitPartition<string> Partition(HttpContext context, int rate)
    {
        // Probes must pass whatever else comes from their address.
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null) return RateLimitPartition.GetNoLimiter("probes");
        if (context.User.Identity is { IsAuthenticated: true, Name: { } name })
            return RateLimitPartition.GetTokenBucketLimiter($"token {name}", _ => Bucket(rate));
        var address = $"address {context.Connection.RemoteIpAddress}";
        return RateLimitPartition.GetTokenBucketLimiter(address, _ => Bucket(Math.Max(1, rate / StrangersPart)));
    }

    private static TokenBucketRateLimiterOptions Bucket(int rate) => new()
    {
        TokenLimit = rate * BurstSeconds,
        TokensPerPeriod = rate,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
    };
}
