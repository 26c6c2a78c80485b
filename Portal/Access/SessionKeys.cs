using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;

namespace Linnaeus.Portal.Access;

/// <summary>
/// The session encryption key, derived (HKDF, RFC 5869) from the setting <c>Portal:SessionSecret</c>: replicas with the same secret share sessions, and
/// nothing is stored. Changing the secret ends all sessions.
/// </summary>
internal sealed class SessionKeys : IXmlRepository
{
    public const string Setting = "Portal:SessionSecret";

    private const int Shortest = 32;
    private const int MasterKeyBytes = 64;

    private readonly XElement _key;

    private SessionKeys(string secret)
    {
        var master = HKDF.DeriveKey(HashAlgorithmName.SHA512, Encoding.UTF8.GetBytes(secret), MasterKeyBytes, info: "linnaeus portal sessions 1"u8.ToArray());
        using var kept = new Secret(master);
        var descriptor = new AuthenticatedEncryptorDescriptor(new AuthenticatedEncryptorConfiguration(), kept).ExportToXml();
        // The key ring needs an ID; this one reveals nothing about the key.
        var id = new Guid(HKDF.DeriveKey(HashAlgorithmName.SHA512, master, 16, info: "id"u8.ToArray()));
        _key = new XElement("key", new XAttribute("id", id), new XAttribute("version", 1),
            new XElement("creationDate", DateTimeOffset.UnixEpoch), new XElement("activationDate", DateTimeOffset.UnixEpoch),
            new XElement("expirationDate", new DateTimeOffset(9000, 1, 1, 0, 0, 0, TimeSpan.Zero)),
            new XElement("descriptor", new XAttribute("deserializerType", descriptor.DeserializerType.AssemblyQualifiedName!), descriptor.SerializedDescriptorElement));
        CryptographicOperations.ZeroMemory(master);
    }

    /// <summary>Without the setting, keys and sessions end with the process.</summary>
    /// <exception cref="InvalidOperationException">The secret is shorter than 32 characters.</exception>
    public static void Add(IHostApplicationBuilder builder)
    {
        var protection = builder.Services.AddDataProtection().SetApplicationName("linnaeus-portal");
        if (builder.Configuration[Setting] is not { Length: > 0 } secret)
        {
            protection.UseEphemeralDataProtectionProvider();
            return;
        }
        if (secret.Length < Shortest)
            throw new InvalidOperationException(
                $"Portal__SessionSecret has {secret.Length} characters; at least {Shortest} random characters are required. Generate one with 'openssl rand -hex 32'.");
        protection.DisableAutomaticKeyGeneration();
        builder.Services.Configure<KeyManagementOptions>(options => options.XmlRepository = new SessionKeys(secret));
    }

    public IReadOnlyCollection<XElement> GetAllElements() => [new XElement(_key)];

    public void StoreElement(XElement element, string friendlyName) => throw new NotSupportedException("The key comes from the setting.");
}
