namespace Linnaeus.Registry.Http;

/// <summary>
/// An error response: MLflow's error JSON on MLflow paths, RFC 9457 problem+json on <c>/api/*</c>.
/// </summary>
public sealed class RegistryException(ErrorCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ErrorCode Code { get; } = code;

    /// <summary>Additional fields of the problem document, e.g. <c>errors</c> with one line per error.</summary>
    public IReadOnlyDictionary<string, object?>? Extensions { get; init; }

    public static RegistryException Invalid(string message) => new(ErrorCode.InvalidParameterValue, message);

    public static RegistryException NotFound(string message) => new(ErrorCode.ResourceDoesNotExist, message);

    public static RegistryException AlreadyExists(string message) => new(ErrorCode.ResourceAlreadyExists, message);

    public static RegistryException Conflict(string message) => new(ErrorCode.Conflict, message);
}
