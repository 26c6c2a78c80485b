using System.Net;
using System.Threading.RateLimiting;
using Linnaeus.Portal.Endpoints;
using Microsoft.AspNetCore.RateLimiting;

namespace Linnaeus.Portal.Access;

/// <summary>Limits sign-in attempts per IP address: each attempt costs a request to the Registry. Everything else requires a session.</summary>
internal static class SignInAttempts
{
    private const int PerMinute = 20;

    public static void Limit(RateLimiterOptions limiter)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            HttpMethods.IsPost(context.Request.Method) && context.Request.Path.Equals(PortalAccess.SignInPath, StringComparison.OrdinalIgnoreCase)
                ? RateLimitPartition.GetFixedWindowLimiter($"{context.Connection.RemoteIpAddress}", _ => new() { PermitLimit = PerMinute, Window = TimeSpan.FromMinutes(1) })
                : RateLimitPartition.GetNoLimiter(""));
        limiter.OnRejected = async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "60";
            await Refusal.WriteAsync(rejected.HttpContext, HttpStatusCode.TooManyRequests, $"Too many sign-in attempts: the limit is {PerMinute} per minute. Try again in a minute.");
        };
    }
}
