using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Components.Pages;

/// <summary>What the overview has read.</summary>
public sealed record OverviewContent(IReadOnlyList<Job> Jobs, IReadOnlyList<RegisteredModelInfo> Models);
