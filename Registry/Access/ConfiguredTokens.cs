using System.Security.Cryptography;
using System.Text;
using Linnaeus.Access;

namespace Linnaeus.Registry.Access;

/// <summary>
/// Tokens from the settings, valid as long as they are set: <c>Access:BootstrapToken</c>, for the administrator who creates all
/// others, and <c>Access:ServiceTokens:NAME</c>, with write access for the platform's services.
/// </summary>
internal sealed class ConfiguredTokens
{
    private const int Shortest = 32;
    private readonly List<(byte[] Hash, TokenOwner Owner)> _tokens = [];

    /// <exception cref="InvalidOperationException">A token is too short.</exception>
    public ConfiguredTokens(IConfiguration configuration)
    {
        var access = configuration.GetSection(AccessOptions.Section);
        Add(access.GetSection("BootstrapToken"), "bootstrap", AccessScope.Admin);
        foreach (var service in access.GetSection("ServiceTokens").GetChildren()) Add(service, service.Key, AccessScope.Write);
    }

    public bool HasAdmin => _tokens.Exists(token => token.Owner.Scope == AccessScope.Admin);

    public TokenOwner? Find(string hash)
    {
        var bytes = Encoding.ASCII.GetBytes(hash);
        return _tokens.Find(token => CryptographicOperations.FixedTimeEquals(token.Hash, bytes)).Owner;
    }

    private void Add(IConfigurationSection setting, string name, AccessScope scope)
    {
        if (string.IsNullOrEmpty(setting.Value)) return;
        if (setting.Value.Length < Shortest)
            throw new InvalidOperationException(
                $"{setting.Path.Replace(":", "__", StringComparison.Ordinal)} is too short ({setting.Value.Length} characters). "
                + $"A token needs at least {Shortest} random characters; create one with 'openssl rand -hex 32'.");
        _tokens.Add((Encoding.ASCII.GetBytes(VerifiedTokens.Hash(setting.Value)), new TokenOwner(name, scope)));
    }
}
