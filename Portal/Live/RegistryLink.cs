using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Live;

/// <summary>Whether the services answer, as the page's own requests find out. One for each visitor.</summary>
public sealed class RegistryLink
{
    /// <summary>Why the last request got no answer; null when it got one.</summary>
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
