using System.Security.Cryptography;
using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Requests;

/// <summary>An image's file.</summary>
/// <param name="Bytes">Still encoded.</param>
/// <param name="Name">In error messages.</param>
/// <param name="Sha256">Of the bytes, lower-case hex.</param>
public sealed record EncodedImage(byte[] Bytes, string Name, string Sha256);

/// <summary>Fetches the images of requests.</summary>
public sealed class RequestedImages(RegistryClient registry, ExplainerOptions options)
{
    /// <exception cref="ProblemException">413: too large.</exception>
    /// <exception cref="RegistryException">The artifact is not there, is too large, or the Registry does not answer.</exception>
    public async Task<EncodedImage> ReadAsync(ImageReference image, CancellationToken cancellationToken)
    {
        var (bytes, name) = image switch
        {
            { Bytes: { } inline } => (inline, "image"),
            { Artifact: { } artifact } => (await registry.Artifacts.ReadBytesAsync(artifact, options.MaximumImageBytes, cancellationToken), artifact.ToString()),
            _ => throw new InvalidOperationException("The image reference is empty."),
        };
        if (bytes.Length > options.MaximumImageBytes)
            throw new ProblemException(StatusCodes.Status413PayloadTooLarge,
                $"The image has {bytes.Length:N0} bytes; the limit is {options.MaximumImageBytes:N0}. Send a smaller image.");
        return new EncodedImage(bytes, name, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }
}
