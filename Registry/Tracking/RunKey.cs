namespace Linnaeus.Registry.Tracking;

/// <summary>The fields of a run that writes need.</summary>
/// <param name="Id">Key in the database.</param>
/// <param name="ExperimentId">Experiment the run belongs to.</param>
/// <param name="RunId">The run's public id.</param>
/// <param name="ArtifactUri">Root of its artifacts.</param>
/// <param name="Deleted">Whether it is deleted.</param>
public sealed record RunKey(long Id, long ExperimentId, string RunId, string ArtifactUri, bool Deleted);
