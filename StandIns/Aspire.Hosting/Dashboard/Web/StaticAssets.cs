using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Aspire.Hosting.Dashboard;

/// <summary>The pages' files, embedded in this assembly.</summary>
internal sealed class StaticAssets
{
    private const string Prefix = "dashboard/";
    private readonly Dictionary<string, Asset> _assets = [];

    public StaticAssets()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var path = name[Prefix.Length..].Replace('\\', '/');
            _assets[path] = new(content, TypeOf(path), $"\"{Convert.ToHexStringLower(SHA256.HashData(content)[..12])}\"");
        }
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (path, asset) in _assets.Where(a => !a.Key.EndsWith(".html", StringComparison.Ordinal)))
            routes.MapGet("/" + path, (HttpContext context) => Serve(context, asset));
    }

    public IResult Page(string name) => Results.Bytes(_assets[name].Content, _assets[name].Type);

    private static IResult Serve(HttpContext context, Asset asset)
    {
        // The browser asks each time, and gets the file only when this build's differs.
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Bytes(asset.Content, asset.Type, entityTag: new EntityTagHeaderValue(asset.Tag));
    }

    private static string TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"The dashboard file {path} has the unknown extension '{other}'."),
    };

    private sealed record Asset(byte[] Content, string Type, string Tag);
}
