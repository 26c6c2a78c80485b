using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Linnaeus.ServiceDefaults.Resilience;

/// <summary>One resilience pipeline per host that is called: retry around circuit breaker around attempt time-out.</summary>
internal sealed class HttpPipelines(IOptions<HttpResilienceOptions> options, TimeProvider time)
{
    public static readonly ResiliencePropertyKey<HttpRequestMessage> Request = new("request");

    private readonly ConcurrentDictionary<string, ResiliencePipeline<HttpResponseMessage>> _pipelines = new(StringComparer.OrdinalIgnoreCase);
    private readonly HttpResilienceOptions _options = options.Value;

    public ResiliencePipeline<HttpResponseMessage> For(Uri address) => _pipelines.GetOrAdd(address.Authority, _ => Build());

    private ResiliencePipeline<HttpResponseMessage> Build()
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        if (_options.Retries > 0)
            builder.AddRetry(Retry());
        return builder.AddCircuitBreaker(Breaker()).AddTimeout(AttemptTimeout()).Build();
    }

    private RetryStrategyOptions<HttpResponseMessage> Retry() => new()
    {
        MaxRetryAttempts = _options.Retries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = _options.Delay,
        MaxDelay = _options.MaxDelay,
        ShouldHandle = args => ValueTask.FromResult(
            RetryRules.ShouldRetry(RequestOf(args.Context), args.Outcome.Result, args.Outcome.Exception)),
        DelayGenerator = args => ValueTask.FromResult(RetryAfter(args.Outcome.Result)),
    };

    // Wide enough that only a host which fails nearly every call is left alone for a moment.
    private CircuitBreakerStrategyOptions<HttpResponseMessage> Breaker() => new()
    {
        FailureRatio = 0.9,
        MinimumThroughput = 20,
        SamplingDuration = TimeSpan.FromSeconds(30),
        BreakDuration = _options.BreakDuration,
        ShouldHandle = args => ValueTask.FromResult(IsDown(args.Outcome)),
    };

    private TimeoutStrategyOptions AttemptTimeout() => new()
    {
        TimeoutGenerator = args => ValueTask.FromResult(
            RetryRules.TakesLong(RequestOf(args.Context)) ? _options.LongTimeout : _options.AttemptTimeout),
    };

    private static bool IsDown(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException or TimeoutRejectedException
        || outcome.Result?.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static HttpRequestMessage RequestOf(ResilienceContext context) => context.Properties.GetValue(Request, null!);

    /// <summary>The server's own wish, or null for the usual back-off.</summary>
    private TimeSpan? RetryAfter(HttpResponseMessage? response)
    {
        var wish = response?.Headers.RetryAfter;
        var wait = wish?.Delta ?? (wish?.Date - time.GetUtcNow());
        return wait is not { } asked || asked < TimeSpan.Zero ? null : asked < _options.MaxDelay ? asked : _options.MaxDelay;
    }
}
