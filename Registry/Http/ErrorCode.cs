namespace Linnaeus.Registry.Http;

/// <summary>An error: MLflow's name and its HTTP status.</summary>
public sealed record ErrorCode(string Name, int Status)
{
    public static ErrorCode InvalidParameterValue { get; } = new("INVALID_PARAMETER_VALUE", 400);
    public static ErrorCode BadRequest { get; } = new("BAD_REQUEST", 400);
    public static ErrorCode ResourceAlreadyExists { get; } = new("RESOURCE_ALREADY_EXISTS", 400);
    public static ErrorCode Unauthenticated { get; } = new("UNAUTHENTICATED", 401);
    public static ErrorCode ResourceDoesNotExist { get; } = new("RESOURCE_DOES_NOT_EXIST", 404);
    public static ErrorCode EndpointNotFound { get; } = new("ENDPOINT_NOT_FOUND", 404);
    public static ErrorCode Conflict { get; } = new("RESOURCE_CONFLICT", 409);
    public static ErrorCode PreconditionFailed { get; } = new("PRECONDITION_FAILED", 412);
    public static ErrorCode RequestTooLarge { get; } = new("REQUEST_TOO_LARGE", 413);
    public static ErrorCode RangeNotSatisfiable { get; } = new("RANGE_NOT_SATISFIABLE", 416);
    public static ErrorCode InternalError { get; } = new("INTERNAL_ERROR", 500);
    public static ErrorCode NotImplemented { get; } = new("NOT_IMPLEMENTED", 501);
    public static ErrorCode TemporarilyUnavailable { get; } = new("TEMPORARILY_UNAVAILABLE", 503);
}
