using System.Security.Cryptography;
using System.Text;
using Linnaeus.Access;

namespace Linnaeus.Registry.Access;

/// <summary>
/// Tokens that come with the settings and are valid for as long as those hold them: <c>Access:BootstrapToken</c>, the administrator who makes all
/// others, and <c>Access:ServiceTokens:NAME</c>, which the platform's services write with.
/// </summary>
internal sealed class ConfiguredTokens
{
    private const int Shortest = 32;
    private readonly List<(byte[] Hash, TokenOwner Owner)> _tokens = [];

    /// <exception cref="InvalidOperationException">A token is too short to be secret.</exception>
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
                $"{setting.Path.Replace(":", "__", StringComparison.Ordinal)} has {setting.Value.Length} characters; "
                + $"a token needs at least {Shortest} random ones, as 'openssl rand -hex 32' makes them.");
        _tokens.Add((Encoding.ASCII.GetBytes(VerifiedTokens.Hash(setting.Value)), new TokenOwner(name, scope)));
    }
}
