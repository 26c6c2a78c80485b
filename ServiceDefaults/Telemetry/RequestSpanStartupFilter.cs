using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Linnaeus.ServiceDefaults.Telemetry;

/// <summary>Puts <see cref="RequestSpanMiddleware"/> outside everything else in the pipeline.</summary>
internal sealed class RequestSpanStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMiddleware<RequestSpanMiddleware>();
        next(app);
    };
}
