namespace Aspire.Hosting;

/// <summary>How an application is built.</summary>
public sealed class DistributedApplicationOptions
{
    public string[]? Args { get; set; }

    /// <summary>Assembly of the AppHost; default: the entry assembly.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>Folder that relative paths start from; default: the AppHost project's.</summary>
    public string? ProjectDirectory { get; set; }

    /// <summary>Name on the dashboard; default: the AppHost's.</summary>
    public string? DashboardApplicationName { get; set; }

    public bool DisableDashboard { get; set; }

    /// <summary>Lets the dashboard and its receivers speak http.</summary>
    public bool AllowUnsecuredTransport { get; set; }
}
