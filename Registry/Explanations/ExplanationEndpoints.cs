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
        explanations.MapPut("/{id}", PutAsync).WithSummary("Store an explanation; the same id again replaces it.");
        explanations.MapGet("/{id}", GetAsync).WithSummary("One explanation.");
        explanations.MapGet("/", ListAsync).WithSummary("Explanations of a version (model=models:/NAME/VERSION or model=models:/NAME@ALIAS), newest first; or the one of an id, if it is there.");
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
        return stored?.ToContract() ?? throw RegistryException.NotFound($"There is no explanation '{id}'.");
    }

    private static async Task<ExplanationList> ListAsync(string? model, string? id, RegistryDb db, CancellationToken cancellationToken)
    {
        if (model is null && id is not null)
            return new ExplanationList([.. (await db.Set<StoredExplanation>().Where(e => e.Id == id).ToListAsync(cancellationToken)).Select(e => e.ToContract())]);
        if (!ModelUri.TryParse(model, out var uri))
            throw RegistryException.Invalid($"Say which version with model=models:/NAME/VERSION or model=models:/NAME@ALIAS, or which explanation with id=ID; model='{model}' was given.");
        var found = await new VersionLookup(db).FindAsync(uri, cancellationToken)
            ?? throw RegistryException.NotFound($"The registry has no version {uri}.");
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
            faults.Add("$.id", "must be 32 lower-case hex digits.");
        if (record.Id != id)
            faults.Add("$.id", $"must be the id of the address, '{id}'.");
        if (record.Summary.ValueKind != JsonValueKind.Object)
            faults.Add("$.summary", "must be an object.");
        if (string.IsNullOrWhiteSpace(record.ArtifactPath))
            faults.Add("$.artifact_path", "is required: the folder of its files in the run's artifacts.");

        // Model and version may not be a URI's parts at all, so the text is put together and read again.
        var found = ModelUri.TryParse($"models:/{record.Model}/{record.Version}", out var uri)
            ? await new VersionLookup(db).FindAsync(uri, cancellationToken)
            : null;
        if (found is null)
            faults.Add("$.version", $"names version {record.Version} of {record.Model}, but the registry has no such version.");
        else if (found.RunId != record.RunId)
            faults.Add("$.run_id", $"must be the version's run, {found.RunId}, got '{record.RunId}'.");
        faults.ThrowIfAny("The explanation");
    }

    [GeneratedRegex("^[0-9a-f]{32}$")]
    private static partial Regex Id();
}
