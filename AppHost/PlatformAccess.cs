using System.Security.Cryptography;

namespace Linnaeus.AppHost;

/// <summary>Tokens of a platform that requires them (<c>--access required</c>).</summary>
internal static class PlatformAccess
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A secret kept in <paramref name="file"/>, which only its owner can read; made at the first start.</summary>
    public static string Secret(string file)
    {
        if (File.Exists(file))
            return File.ReadAllText(file).Trim();
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var secret = NewToken();
        // Whole or not at all: what is left of a start that broke off must not become the secret.
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
    /// Makes the services ask for tokens, each with one of its own: on this machine new ones for this start, when published parameters.
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
        // It has no token: it asks the services with its visitors'.
        portal.WithEnvironment("Portal__SessionSecret", builder.AddSecret("session-secret", () => Secret(settings.SessionSecretFile)));
    }

    private static IResourceBuilder<ParameterResource> AddSecret(this IDistributedApplicationBuilder builder, string name, Func<string> make) =>
        builder.ExecutionContext.IsPublishMode ? builder.AddParameter(name, secret: true) : builder.AddParameter(name, make(), secret: true);

    private static string NewToken() => $"lin_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}";
}
