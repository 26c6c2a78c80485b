using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Linnaeus.ServiceDefaults.Resilience;

/// <summary>
/// Repeats requests that failed for a passing reason (<see cref="RetryRules"/>): one pipeline per host that is called, retry around
/// circuit breaker around attempt time-out. What remains is an <see cref="HttpRequestException"/>.
/// </summary>
internal sealed class HttpResilience : DelegatingHandler
{
    public static void Add(IHttpClientBuilder http)
    {
        http.AddHttpMessageHandler(() => new HttpResilience());
        http.AddResilienceHandler("http", (pipeline, context) =>
        {
            var options = context.ServiceProvider.GetRequiredService<IOptions<HttpResilienceOptions>>().Value;
            pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
            if (options.Retries > 0)
                pipeline.AddRetry(Retry(options, pipeline.TimeProvider));
            pipeline.AddCircuitBreaker(Breaker(options)).AddTimeout(new HttpTimeoutStrategyOptions
            {
                TimeoutGenerator = args => ValueTask.FromResult(RetryRules.TakesLong(args.Context.GetRequestMessage()!) ? options.LongTimeout : options.AttemptTimeout),
            });
        }).SelectPipelineByAuthority();
        // Inside the retries: each asks again and may reach another replica.
        http.AddServiceDiscovery();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (BrokenCircuitException error)
        {
            throw new HttpRequestException(
                HttpRequestError.ConnectionError, $"{request.RequestUri?.Authority} has not been answering; calls to it pause for a few seconds.", error);
        }
        catch (TimeoutRejectedException error)
        {
            throw new HttpRequestException($"{request.Method} {request.RequestUri} got no answer within {error.Timeout.TotalSeconds:0} s.", error);
        }
    }

    private static HttpRetryStrategyOptions Retry(HttpResilienceOptions options, TimeProvider time) => new()
    {
        MaxRetryAttempts = options.Retries,
        Delay = options.Delay,
        MaxDelay = options.MaxDelay,
        ShouldHandle = args => ValueTask.FromResult(RetryRules.ShouldRetry(args.Context.GetRequestMessage()!, args.Outcome.Result, args.Outcome.Exception)),
        // The server's own wish, which the package takes without an upper limit, or null for the usual back-off.
        DelayGenerator = args => ValueTask.FromResult(
            args.Outcome.Result?.Headers.RetryAfter is { } wish && (wish.Delta ?? (wish.Date - time.GetUtcNow())) is { } wait && wait >= TimeSpan.Zero
                ? TimeSpan.FromTicks(Math.Min(wait.Ticks, options.MaxDelay.Ticks)) : (TimeSpan?)null),
    };

    // Wide enough that only a host which fails nearly every call is left alone for a moment.
    private static HttpCircuitBreakerStrategyOptions Breaker(HttpResilienceOptions options) => new()
    {
        FailureRatio = 0.9,
        MinimumThroughput = 20,
        BreakDuration = options.BreakDuration,
        ShouldHandle = args => ValueTask.FromResult(
            args.Outcome.Exception is HttpRequestException or TimeoutRejectedException
            || args.Outcome.Result?.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout),
    };
}
