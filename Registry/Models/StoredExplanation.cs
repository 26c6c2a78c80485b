using System.Text.Json;
using Linnaeus.Registry.Artifacts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Models;

/// <summary>An explanation in the database; its files are artifacts of the run.</summary>
public sealed class StoredExplanation : IEntityTypeConfiguration<StoredExplanation>
{
    public string Id { get; set; } = "";
    public string Model { get; set; } = "";
    public string Version { get; set; } = "";
    public string Method { get; set; } = "";
    public string RunId { get; set; } = "";
    public string ArtifactPath { get; set; } = "";

    /// <summary>JSON text.</summary>
    public string Summary { get; set; } = "{}";

    /// <summary>Epoch milliseconds.</summary>
    public long CreationTime { get; set; }

    public void Configure(EntityTypeBuilder<StoredExplanation> builder)
    {
        builder.ToTable("explanations");
        builder.HasKey(e => e.Id);
        builder.HasIndex(e => new { e.Model, e.Version, e.CreationTime });
    }

    public ExplanationRecord ToContract() => new()
    {
        Id = Id,
        Model = Model,
        Version = Version,
        Method = Choice.Parse<ExplanationMethod>(Method),
        RunId = RunId,
        ArtifactPath = ArtifactPath,
        Summary = JsonSerializer.Deserialize<JsonElement>(Summary),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreationTime),
    };
}
