using System.Net;
using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Models;

/// <summary>Looks up model versions in the Registry.</summary>
public sealed class RegisteredVersions(RegistryClient registry)
{
    /// <summary>A version whose files are verified.</summary>
    /// <exception cref="ProblemException">404: no such version; 409: it is not READY.</exception>
    public async Task<ModelVersionInfo> ReadyAsync(ModelUri model, CancellationToken cancellationToken)
    {
        var version = await FindAsync(model, cancellationToken);
        return version.Status == "READY" ? version : throw new ProblemException(
            StatusCodes.Status409Conflict, $"{model} is {version.Status}, not READY: its files are not verified yet.");
    }

    /// <exception cref="ProblemException">404: no such version.</exception>
    public async Task<ModelVersionInfo> FindAsync(ModelUri model, CancellationToken cancellationToken)
    {
        try
        {
            return await registry.ModelVersions.GetAsync(model, cancellationToken);
        }
        catch (RegistryException error) when (error.Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest) // 400 is MLflow's status for an unknown alias
        {
            throw new ProblemException(StatusCodes.Status404NotFound, $"{model} not found: {error.Message}", inner: error);
        }
    }
}
