using System.Net;
using Linnaeus.Portal.Endpoints;
using Linnaeus.Registry.Client;
using Linnaeus.Access;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Linnaeus.Portal.Access;

/// <summary>
/// Controls access to the Portal by <see cref="AccessOptions.Mode"/>. Open: anyone on this machine. Required: visitors who signed in with an access token,
/// which is kept in an encrypted cookie and sent to the services.
/// </summary>
internal static class PortalAccess
{
    public const string SignInPath = "/signin";
    public const string ReturnParameter = "return";

    private const string SignOutPath = "/signout";
    private static readonly TimeSpan IdleTime = TimeSpan.FromHours(12);
    private static readonly string[] NotPages = ["/files", "/_blazor"];

    /// <exception cref="InvalidOperationException">The settings contradict each other.</exception>
    public static void AddPortalAccess(this IHostApplicationBuilder builder)
    {
        var options = AccessOptions.Read(builder.Configuration);
        SessionKeys.Add(builder);
        var services = builder.Services;
        services.AddSingleton(options).AddScoped<Visitor>().AddScoped<VisitorHttp>().AddScoped<CircuitHandler, VisitorCircuit>();
        if (options.Mode == AccessMode.Open)
        {
            builder.AddLocalAccess();
            return;
        }
        services.AddTransient(scope => new RegistryClient(scope.GetRequiredService<VisitorHttp>().Create(nameof(RegistryClient))));
        services.AddTransient(scope => new ExplainerClient(scope.GetRequiredService<VisitorHttp>().Create(nameof(ExplainerClient))));
        var authentication = services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(SetUp);
        if (ProviderSignIn.Read(builder.Configuration, options) is { } provider)
        {
            services.AddSingleton(provider);
            provider.AddTo(authentication);
        }
        // A fallback policy also covers unknown paths, so that strangers cannot probe for pages.
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddRateLimiter(SignInAttempts.Limit);
    }

    /// <summary>Call between routing and the endpoints.</summary>
    public static void UsePortalAccess(this WebApplication app)
    {
        if (app.Services.GetRequiredService<AccessOptions>().Mode == AccessMode.Open)
        {
            app.UseLocalAccess();
            return;
        }
        app.UseRateLimiter();
        app.Use(OtherSites.TurnAwayAsync);
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            context.RequestServices.GetRequiredService<Visitor>().Recognize(context.User);
            return next(context);
        });
        app.MapPost(SignOutPath, SignOutAsync);
        if (app.Services.GetService<ProviderSignIn>() is not null)
            ProviderSignIn.Map(app);
    }

    /// <summary>Starts a session.</summary>
    public static Task SignInAsync(HttpContext context, TokenHolder holder, string token) =>
        context.SignInAsync(Visitor.Principal(holder.Name, holder.Scope, token, CookieAuthenticationDefaults.AuthenticationScheme));

    /// <summary>The address to continue at if it is on this site, else the overview.</summary>
    public static string LocalAddress(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && !address.Any(char.IsControl) ? address : "/";

    private static void SetUp(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = "linnaeus-session";
        // Not strict: a link in a chat or an email must open a signed-in page. Following a link changes nothing.
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.ExpireTimeSpan = IdleTime;
        cookie.LoginPath = SignInPath;
        cookie.ReturnUrlParameter = ReturnParameter;
        var redirect = cookie.Events.OnRedirectToLogin;
        cookie.Events.OnRedirectToLogin = context => Array.Exists(NotPages, path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase))
            ? Refusal.WriteAsync(context.HttpContext, HttpStatusCode.Unauthorized, $"Sign in at {SignInPath} first.")
            : redirect(context);
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
            return TypedResults.Text("This form has expired. Go back, reload the page, and sign out again.", statusCode: StatusCodes.Status400BadRequest);
        await context.SignOutAsync();
        return TypedResults.LocalRedirect($"~{SignInPath}?out=true");
    }
}
