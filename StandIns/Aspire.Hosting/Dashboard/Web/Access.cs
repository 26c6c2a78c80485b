using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// The login: whoever knows the token printed at start gets a cookie. Its value derives from the token, so it proves the
/// token without holding it, and with a fixed token it outlives a restart of the AppHost.
/// </summary>
internal sealed class Access
{
    private static readonly byte[] Purpose = "linnaeus dashboard session 1"u8.ToArray();
    private readonly byte[]? _tokenHash;
    private readonly string _session = "";

    public Access(string? token)
    {
        if (token is null)
            return;
        var bytes = Encoding.UTF8.GetBytes(token);
        _tokenHash = SHA256.HashData(bytes);
        _session = Convert.ToHexStringLower(HMACSHA256.HashData(bytes, Purpose));
    }

    public void Map(IEndpointRouteBuilder routes, StaticAssets assets)
    {
        routes.MapGet("/login", (HttpContext context, string? t, string? returnUrl) =>
            t is not null && SignIn(context, t) ? Results.Redirect(Local(returnUrl)) : LoginPage(context, assets, t is not null));
        routes.MapPost("/login", (Delegate)LoginAsync);
    }

    /// <summary>Lets the login page, its files and requests with the cookie pass; sends the others to the login.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        if (IsOpen(path) || SignedIn(context.Request))
            return next(context);
        if (path.StartsWithSegments("/api"))
            return Problems.WriteAsync(context, 401, "Login needed", "Open the login address that the AppHost printed, then try again.");
        context.Response.Redirect($"/login?returnUrl={Uri.EscapeDataString(path + context.Request.QueryString)}");
        return Task.CompletedTask;
    }

    private static bool IsOpen(PathString path) =>
        path == "/login" || path.StartsWithSegments("/css") || path.StartsWithSegments("/js") || path.StartsWithSegments("/vendor")
        || path == "/favicon.svg" || path == "/icons.svg";

    private bool SignedIn(HttpRequest request) =>
        _tokenHash is null
        || (request.Cookies.TryGetValue(CookieName(request), out var cookie)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(cookie), Encoding.UTF8.GetBytes(_session)));

    private bool SignIn(HttpContext context, string token)
    {
        if (_tokenHash is null)
            return true;
        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), _tokenHash))
            return false;
        context.Response.Cookies.Append(CookieName(context.Request), _session, new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            MaxAge = TimeSpan.FromDays(3),
            Path = "/",
        });
        return true;
    }

    private async Task<IResult> LoginAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            return Problems.Result(415, "Not a form", "Send the field 'token' as a form.");
        var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        var back = Local(form["returnUrl"]);
        return SignIn(context, form["token"].ToString().Trim())
            ? Results.Redirect(back)
            : Results.Redirect($"/login?failed=1&returnUrl={Uri.EscapeDataString(back)}");
    }

    private static IResult LoginPage(HttpContext context, StaticAssets assets, bool wrongToken) => wrongToken
        ? Results.Redirect($"/login?failed=1&returnUrl={Uri.EscapeDataString(Local(context.Request.Query["returnUrl"]))}")
        : assets.Page("login.html");

    /// <summary>Only paths of this site, so that nobody can hand out a login link that leads elsewhere.</summary>
    private static string Local(string? url) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.Any(char.IsControl) ? url : "/";

    // Browsers do not keep cookies of different ports apart.
    private static string CookieName(HttpRequest request) => $"linnaeus-dashboard-{request.Host.Port ?? 80}";
}
