using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Linnaeus.ServiceDefaults.Resilience;

/// <summary>
/// Retries requests after transient failures (<see cref="RetryRules"/>). One pipeline per host: retry around circuit breaker around attempt
/// timeout. The final failure is an <see cref="HttpRequestException"/>.
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
        // Inside the retries, so that each attempt may reach another replica.
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
                HttpRequestError.ConnectionError, $"{request.RequestUri?.Authority} is unavailable; calls to it are paused for a few seconds.", error);
        }
        catch (TimeoutRejectedException error)
        {
            throw new HttpRequestException($"{request.Method} {request.RequestUri} timed out after {error.Timeout.TotalSeconds:0} s.", error);
        }
    }

    private static HttpRetryStrategyOptions Retry(HttpResilienceOptions options, TimeProvider time) => new()
    {
        MaxRetryAttempts = options.Retries,
        Delay = options.Delay,
        MaxDelay = options.MaxDelay,
        ShouldHandle = args => ValueTask.FromResult(RetryRules.ShouldRetry(args.Context.GetRequestMessage()!, args.Outcome.Result, args.Outcome.Exception)),
        // The server's Retry-After, which the package takes without an upper limit; null for the usual back-off.
        DelayGenerator = args => ValueTask.FromResult(
            args.Outcome.Result?.Headers.RetryAfter is { } wish && (wish.Delta ?? (wish.Date - time.GetUtcNow())) is { } wait && wait >= TimeSpan.Zero
                ? TimeSpan.FromTicks(Math.Min(wait.Ticks, options.MaxDelay.Ticks)) : (TimeSpan?)null),
    };

    // Opens only for a host that fails nearly every call.
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
