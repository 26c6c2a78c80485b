using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Models;

/// <summary>Addresses of model pages.</summary>
public static class ModelAddress
{
    public static string Of(string model) => $"models/{Uri.EscapeDataString(model)}";

    public static string Of(string model, string version) => $"{Of(model)}/{version}";

    public static string Of(ModelVersionInfo version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return Of(version.Name, version.Version);
    }

    /// <summary>The form that assigns an alias to a version.</summary>
    public static string Promote(string model, string version) => $"{Of(model)}?promote={version}";

    /// <summary>The form that edits the promotion policy of an alias.</summary>
    public static string Policy(string model, string alias) => $"{Of(model)}?policy={Uri.EscapeDataString(alias)}";
}
