
namespace Linnaeus.Registry.Http;

internal static class RefusedRequests
{
    /// <summary>Answers 400 with all errors in the field <c>errors</c>, if there are any.</summary>
    public static void ThrowIfAny(this Faults faults, string subject)
    {
        if (!faults.Any)
            return;
        throw new RegistryException(ErrorCode.InvalidParameterValue, faults.Describe(subject))
        {
            Extensions = new Dictionary<string, object?> { ["errors"] = faults.ByPath },
        };
    }
}
