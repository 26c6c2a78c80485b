using Linnaeus.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Access control of services.</summary>
public static class AccessRegistration
{
    /// <summary>
    /// Requires tokens that <typeparamref name="TSource"/> knows, unless the service is open (<see cref="AccessOptions.Mode"/>).
    /// </summary>
    /// <exception cref="InvalidOperationException">The settings are inconsistent.</exception>
    public static IHostApplicationBuilder AddAccess<TSource>(this IHostApplicationBuilder builder)
        where TSource : class, ITokenSource
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = AccessOptions.Read(builder.Configuration);
        var services = builder.Services;
        services.AddSingleton(options).AddSingleton<ITokenSource, TSource>().AddSingleton<VerifiedTokens>();
        if (options.Mode == AccessMode.Open)
        {
            services.AddHostedService<LoopbackGuard>();
            return builder;
        }
        // AddAuthentication would also create cookie keys and store them unencrypted in the home folder.
        services.AddAuthenticationCore(core => core.DefaultScheme = TokenAuthentication.Name).AddWebEncoders();
        services.AddSingleton<IAuthenticationConfigurationProvider, NoSchemeSettings>();
        var authentication = new AuthenticationBuilder(services)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Name, null);
        if (options.Authority is not null) authentication.AddJwt(options);
        var policy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new ScopeRequirement()).Build();
        // The fallback policy also covers unknown paths, so that callers without access cannot probe for routes.
        services.AddAuthorizationBuilder().SetFallbackPolicy(policy);
        services.AddRateLimiter(limiter => RateLimits.Apply(limiter, options));
        return builder;
    }

    /// <summary>Call between routing and endpoints, inside the error handler.</summary>
    public static WebApplication UseAccess(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Use(SecurityHeaders.SetAsync);
        if (app.Services.GetRequiredService<AccessOptions>().Mode == AccessMode.Open)
        {
            app.Use(LocalCallers.CheckAsync);
            return app;
        }
        app.UseAuthentication();
        app.UseRateLimiter(); // after authentication, since the limit is per token
        app.UseAuthorization();
        return app;
    }

    /// <summary>Restricts the service to this machine: it must listen on loopback only.</summary>
    public static IHostApplicationBuilder AddLocalAccess(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHostedService<LoopbackGuard>();
        return builder;
    }

    /// <summary>Rejects requests from pages of other sites. Use with <see cref="AddLocalAccess"/>.</summary>
    public static WebApplication UseLocalAccess(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Use(LocalCallers.CheckAsync);
        return app;
    }

    /// <summary>Schemes are configured in code only; the settings <c>Authentication:*</c> are ignored.</summary>
    private sealed class NoSchemeSettings : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
    }
}
