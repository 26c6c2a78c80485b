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
/// The key that sessions are encrypted with, derived (HKDF, RFC 5869) from the setting <c>Portal:SessionSecret</c>: every replica with the same secret reads
/// the same sessions, and nothing is written anywhere. Another secret ends them all.
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
        // The ring knows its key by this id, which tells nothing of the key.
        var id = new Guid(HKDF.DeriveKey(HashAlgorithmName.SHA512, master, 16, info: "id"u8.ToArray()));
        _key = new XElement("key", new XAttribute("id", id), new XAttribute("version", 1),
            new XElement("creationDate", DateTimeOffset.UnixEpoch), new XElement("activationDate", DateTimeOffset.UnixEpoch),
            new XElement("expirationDate", new DateTimeOffset(9000, 1, 1, 0, 0, 0, TimeSpan.Zero)),
            new XElement("descriptor", new XAttribute("deserializerType", descriptor.DeserializerType.AssemblyQualifiedName!), descriptor.SerializedDescriptorElement));
        CryptographicOperations.ZeroMemory(master);
    }

    /// <summary>Without the setting, keys end with the process, and sessions with them.</summary>
    /// <exception cref="InvalidOperationException">The secret is too short to be one.</exception>
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
                $"Portal__SessionSecret has {secret.Length} characters; it needs at least {Shortest} random ones, as 'openssl rand -hex 32' makes them.");
        protection.DisableAutomaticKeyGeneration();
        builder.Services.Configure<KeyManagementOptions>(options => options.XmlRepository = new SessionKeys(secret));
    }

    public IReadOnlyCollection<XElement> GetAllElements() => [new XElement(_key)];

    public void StoreElement(XElement element, string friendlyName) => throw new NotSupportedException("The key is the setting's.");
}
