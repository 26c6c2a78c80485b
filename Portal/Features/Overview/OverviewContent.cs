using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Features.Overview;

/// <summary>Content of the overview page.</summary>
public sealed record OverviewContent(IReadOnlyList<Job> Jobs, IReadOnlyList<RegisteredModelInfo> Models);
