using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Components.Pages;

/// <summary>Content of the overview page.</summary>
public sealed record OverviewContent(IReadOnlyList<Job> Jobs, IReadOnlyList<RegisteredModelInfo> Models);
