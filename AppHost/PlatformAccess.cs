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

    /// <summary>Gives a service a token of its own for this start, and the Registry the same to know it by.</summary>
    public static IResourceBuilder<ProjectResource> WithTokenFor(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<ProjectResource> registry)
    {
        var token = NewToken();
        registry.WithEnvironment($"Access__ServiceTokens__{service.Resource.Name}", token);
        return service.WithEnvironment("Access__Mode", AppHostSettings.AccessRequired).WithEnvironment("Access__Token", token);
    }

    private static string NewToken() => $"lin_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}";
}
