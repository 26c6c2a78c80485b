using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace Linnaeus.Access;

/// <summary>Token buckets that limit requests per access token, or per address for requests without one.</summary>
internal static class RateLimits
{
    private const int BurstSeconds = 4;

    /// <summary>An address without a token gets this fraction (1/10) of a token's rate.</summary>
    private const int StrangersPart = 10;

    public static void Apply(RateLimiterOptions limiter, AccessOptions access)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Partition(context, access.RequestsPerSecond));
        limiter.OnRejected = async (rejected, _) =>
        {
            if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
                rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await Refusal.WriteAsync(rejected.HttpContext, StatusCodes.Status429TooManyRequests, "REQUEST_LIMIT_EXCEEDED",
                $"Too many requests: the limit is {access.RequestsPerSecond} per second and token (Access__RequestsPerSecond), "
                + "and a tenth of that without a token. Wait, or log in batches.");
        };
    }

    private static RateLimitPartition<string> Partition(HttpContext context, int rate)
    {
        // Health probes must pass, however busy their address is.
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
