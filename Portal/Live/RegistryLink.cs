using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Live;

/// <summary>Whether the services respond, as seen by the requests of the page. One per visitor.</summary>
public sealed class RegistryLink
{
    /// <summary>Why the last request got no response; null if it got one.</summary>
    public string? Outage { get; private set; }

    public event Action? Changed;

    public void Answered() => Set(null);

    public void Failed(RegistryException error) => Set(error.Message);

    private void Set(string? outage)
    {
        if (Outage == outage)
            return;
        Outage = outage;
        Changed?.Invoke();
    }
}
