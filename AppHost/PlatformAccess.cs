using System.Security.Cryptography;

namespace Linnaeus.AppHost;

/// <summary>Tokens of a platform that requires them (<c>--access required</c>).</summary>
internal static class PlatformAccess
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The secret in <paramref name="file"/>, readable by its owner only; created at the first start.</summary>
    public static string Secret(string file)
    {
        if (File.Exists(file))
            return File.ReadAllText(file).Trim();
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var secret = NewToken();
        // Written atomically, so that an interrupted start leaves no partial secret.
        var part = file + ".part";
        File.Delete(part);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var stream = new StreamWriter(part, options))
            stream.WriteLine(secret);
        File.Move(part, file);
        return secret;
    }

    /// <summary>
    /// Makes the services require tokens and gives each its own: new ones at each start on this machine, parameters when published.
    /// </summary>
    public static void RequireTokens(this IDistributedApplicationBuilder builder, AppHostSettings settings,
        IResourceBuilder<ProjectResource> registry, IResourceBuilder<ProjectResource> portal, params IResourceBuilder<ProjectResource>[] workers)
    {
        foreach (var service in workers.Append(registry).Append(portal))
            service.WithEnvironment("Access__Mode", AppHostSettings.AccessRequired);
        registry.WithEnvironment("Access__BootstrapToken", builder.AddSecret("admin-token", () => Secret(settings.AdminTokenFile)));
        foreach (var worker in workers)
        {
            var token = builder.AddSecret($"{worker.Resource.Name}-token", NewToken);
            registry.WithEnvironment($"Access__ServiceTokens__{worker.Resource.Name}", token);
            worker.WithEnvironment("Access__Token", token);
        }
        // The Portal has no token; it calls the services with its visitors' tokens.
        portal.WithEnvironment("Portal__SessionSecret", builder.AddSecret("session-secret", () => Secret(settings.SessionSecretFile)));
    }

    private static IResourceBuilder<ParameterResource> AddSecret(this IDistributedApplicationBuilder builder, string name, Func<string> make) =>
        builder.ExecutionContext.IsPublishMode ? builder.AddParameter(name, secret: true) : builder.AddParameter(name, make(), secret: true);

    private static string NewToken() => $"lin_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}";
}
