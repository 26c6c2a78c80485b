using Linnaeus.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Access control of a service that answers others.</summary>
public static class AccessRegistration
{
    /// <summary>
    /// Makes callers show tokens that <typeparamref name="TSource"/> knows, unless the service is open (<see cref="AccessOptions.Mode"/>).
    /// </summary>
    /// <exception cref="InvalidOperationException">The settings contradict each other.</exception>
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
        // Not AddAuthentication, which also makes keys for cookies, and leaves them unencrypted in the home folder.
        services.AddAuthenticationCore(core => core.DefaultScheme = TokenAuthentication.Name).AddWebEncoders();
        services.AddSingleton<IAuthenticationConfigurationProvider, NoSchemeSettings>();
        var authentication = new AuthenticationBuilder(services)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Name, null);
        if (options.Authority is not null) authentication.AddJwt(options);
        var policy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new ScopeRequirement()).Build();
        // As the fallback it also covers paths that lead nowhere: an unknown caller learns of none.
        services.AddAuthorizationBuilder().SetFallbackPolicy(policy);
        services.AddRateLimiter(limiter => RateLimits.Apply(limiter, options));
        return builder;
    }

    /// <summary>Goes between routing and the endpoints, inside whatever shapes errors.</summary>
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
        app.UseRateLimiter(); // knows tokens by now
        app.UseAuthorization();
        return app;
    }

    /// <summary>For a service that people of this machine alone may use: it listens on loopback addresses only.</summary>
    public static IHostApplicationBuilder AddLocalAccess(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHostedService<LoopbackGuard>();
        return builder;
    }

    /// <summary>Turns away pages of other sites; with <see cref="AddLocalAccess"/>.</summary>
    public static WebApplication UseLocalAccess(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Use(LocalCallers.CheckAsync);
        return app;
    }

    /// <summary>Schemes are set up here alone: the general settings <c>Authentication:*</c> say nothing.</summary>
    private sealed class NoSchemeSettings : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
    }
}
