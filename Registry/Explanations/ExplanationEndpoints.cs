using System.Text.Json;
using System.Text.RegularExpressions;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Models;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Explanations;

/// <summary><c>/api/explanations</c>: explanations stored with versions.</summary>
public static partial class ExplanationEndpoints
{
    private const int MostListed = 1000;

    public static void MapExplanations(this IEndpointRouteBuilder app)
    {
        var explanations = app.MapGroup("/api/explanations").WithTags("Explanations");
        explanations.MapPut("/{id}", PutAsync).WithSummary("Store an explanation, replacing one with the same id.");
        explanations.MapGet("/{id}", GetAsync).WithSummary("Get an explanation.");
        explanations.MapGet("/", ListAsync).WithSummary("List the explanations of a version (model=models:/NAME/VERSION or model=models:/NAME@ALIAS), newest first; or find one by id.");
    }

    private static async Task<ExplanationRecord> PutAsync(
        string id, ExplanationRecord record, RegistryDb db, WriteGate gate, TimeProvider time, CancellationToken cancellationToken)
    {
        await CheckAsync(id, record, db, cancellationToken);
        return await gate.WriteAsync(db, async token =>
        {
            var stored = await db.Set<StoredExplanation>().AsTracking().FirstOrDefaultAsync(e => e.Id == id, token);
            if (stored is null)
                db.Add(stored = new StoredExplanation { Id = id, CreationTime = time.UnixNow() });
            (stored.Model, stored.Version, stored.Method) = (record.Model, record.Version, record.Method.Name());
            (stored.RunId, stored.ArtifactPath, stored.Summary) = (record.RunId, record.ArtifactPath, record.Summary.GetRawText());
            await db.SaveChangesAsync(token);
            return stored.ToContract();
        }, cancellationToken);
    }

    private static async Task<ExplanationRecord> GetAsync(string id, RegistryDb db, CancellationToken cancellationToken)
    {
        var stored = await db.Set<StoredExplanation>().FirstOrDefaultAsync(e => e.Id == id, cancellationToken);
        return stored?.ToContract() ?? throw RegistryException.NotFound($"Explanation '{id}' not found.");
    }

    private static async Task<ExplanationList> ListAsync(string? model, string? id, RegistryDb db, CancellationToken cancellationToken)
    {
        if (model is null && id is not null)
            return new ExplanationList([.. (await db.Set<StoredExplanation>().Where(e => e.Id == id).ToListAsync(cancellationToken)).Select(e => e.ToContract())]);
        if (!ModelUri.TryParse(model, out var uri))
            throw RegistryException.Invalid($"model must be models:/NAME/VERSION or models:/NAME@ALIAS, got '{model}'. Or find one explanation with id=ID.");
        var found = await new VersionLookup(db).FindAsync(uri, cancellationToken)
            ?? throw RegistryException.NotFound($"Model version {uri} not found.");
        var number = found.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var stored = await db.Set<StoredExplanation>()
            .Where(e => e.Model == found.Name && e.Version == number)
            .OrderByDescending(e => e.CreationTime).ThenBy(e => e.Id).Take(MostListed).ToListAsync(cancellationToken);
        return new ExplanationList([.. stored.Select(e => e.ToContract())]);
    }

    private static async Task CheckAsync(string id, ExplanationRecord record, RegistryDb db, CancellationToken cancellationToken)
    {
        var faults = new Faults();
        if (!Id().IsMatch(id))
            faults.Add("$.id", "must be 32 lowercase hex digits.");
        if (record.Id != id)
            faults.Add("$.id", $"must be the id in the URL, '{id}'.");
        if (record.Summary.ValueKind != JsonValueKind.Object)
            faults.Add("$.summary", "must be an object.");
        if (string.IsNullOrWhiteSpace(record.ArtifactPath))
            faults.Add("$.artifact_path", "is required: the folder of the files in the run's artifacts.");

        // Model and version may be invalid parts of a URI, so the text is composed and parsed.
        var found = ModelUri.TryParse($"models:/{record.Model}/{record.Version}", out var uri)
            ? await new VersionLookup(db).FindAsync(uri, cancellationToken)
            : null;
        if (found is null)
            faults.Add("$.version", $"must be an existing version of {record.Model}, got '{record.Version}'.");
        else if (found.RunId != record.RunId)
            faults.Add("$.run_id", $"must be the version's run, {found.RunId}, got '{record.RunId}'.");
        faults.ThrowIfAny("The explanation");
    }

    [GeneratedRegex("^[0-9a-f]{32}$")]
    private static partial Regex Id();
}
