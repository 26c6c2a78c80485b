using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Linnaeus.ServiceDefaults.Resilience;

/// <summary>
/// Repeats requests that failed for a passing reason: idempotent ones (by method, or marked with the request option
/// <c>Linnaeus.Idempotent</c>) on connection faults, time-outs, 408, 429 and 5xx; any request when no connection was made. What remains
/// is an <see cref="HttpRequestException"/>.
/// </summary>
internal sealed class ResilienceHandler(HttpPipelines pipelines) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri ?? throw new InvalidOperationException("The request has no address.");
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(HttpPipelines.Request, request);
        try
        {
            return await pipelines.For(address).ExecuteAsync(
                static async (context, state) => await state.Self.BaseSendAsync(state.Request, context.CancellationToken),
                context,
                (Self: this, Request: request));
        }
        catch (BrokenCircuitException error)
        {
            throw new HttpRequestException(
                HttpRequestError.ConnectionError, $"{address.Authority} has not been answering; calls to it pause for a few seconds.", error);
        }
        catch (TimeoutRejectedException error)
        {
            throw new HttpRequestException(
                $"{request.Method} {address} got no answer within {error.Timeout.TotalSeconds:0} s.", error);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private Task<HttpResponseMessage> BaseSendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        base.SendAsync(request, cancellationToken);
}

internal static class HttpResilienceRegistration
{
    public static IServiceCollection AddHttpResilience(this IServiceCollection services)
    {
        services.AddOptions<HttpResilienceOptions>().BindConfiguration("HttpResilience");
        return services.AddSingleton<HttpPipelines>().AddTransient<ResilienceHandler>();
    }
}
