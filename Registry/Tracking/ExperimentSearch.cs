using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Search;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Tracking;

/// <summary>Fields of <c>experiments/search</c>.</summary>
internal sealed class ExperimentSearch : ISearchTarget
{
    public void Append(FilterSql sql, Comparison comparison)
    {
        switch (comparison.Entity)
        {
            case "tag" or "tags":
                sql.AppendKeyValue(comparison, "experiment_tags t WHERE t.experiment_id = e.id", "tag");
                break;
            case null or "attribute" or "attributes" or "attr":
                var column = Column(comparison.Key);
                sql.AppendColumn(comparison, column, numeric: column is not "e.name", nullable: false, "attribute");
                break;
            default:
                throw RegistryException.Invalid($"Invalid entity type '{comparison.Entity}'. Valid entity types are attribute, tag.");
        }
    }

    /// <summary>One page of experiments; <paramref name="view"/> is ACTIVE_ONLY, DELETED_ONLY or ALL.</summary>
    public static async Task<List<Experiment>> PageAsync(RegistryDb db, string? filter, IReadOnlyList<string> orderBy, string view,
        int count, long offset, CancellationToken cancellationToken)
    {
        var text = new SqlText("SELECT e.id, e.name, e.artifact_location, e.creation_time, e.last_update_time, e.deleted FROM experiments e WHERE ")
            .Add(ViewTypes.Condition(view, "NOT e.deleted", "e.deleted"));
        if (FilterParser.Parse(filter) is { } expression)
            new FilterSql(text.Add(" AND "), new ExperimentSearch(), db.Database.IsSqlite()).Append(expression);
        text.Add(" ORDER BY ");
        var orders = FilterParser.ParseOrders(orderBy, static order => order.Key);
        foreach (var order in orders)
        {
            if (order.Entity is not (null or "attribute" or "attributes" or "attr")) throw RegistryException.Invalid($"Invalid order_by entity: {order.Entity}");
            text.Add(Column(order.Key)).Add(order.Ascending ? ", " : " DESC, ");
        }
        text.Add(orders.Count == 0 ? "e.creation_time DESC, e.id DESC" : "e.id DESC").Add(" LIMIT ").Value(count).Add(" OFFSET ")
            .Value(offset);
        return await text.ListAsync(db, static r => new Experiment
        {
            Id = r.GetInt64(0),
            Name = r.GetString(1),
            ArtifactLocation = r.GetString(2),
            CreationTime = r.GetInt64(3),
            LastUpdateTime = r.GetInt64(4),
            Deleted = r.GetBoolean(5),
        }, cancellationToken);
    }

    private static string Column(string key) => key switch
    {
        "name" => "e.name",
        "creation_time" => "e.creation_time",
        "last_update_time" => "e.last_update_time",
        "experiment_id" => "e.id",
        _ => throw RegistryException.Invalid($"Invalid attribute key '{key}' specified. Valid keys are name, creation_time, last_update_time, experiment_id."),
    };
}

/// <summary>MLflow's view types, by name or by their number in its protocol.</summary>
internal static class ViewTypes
{
    public static string Condition(string view, string active, string deleted) => view switch
    {
        "" or "ACTIVE_ONLY" or "1" => active,
        "DELETED_ONLY" or "2" => deleted,
        "ALL" or "3" => "1 = 1",
        _ => throw RegistryException.Invalid($"Invalid value \"{view}\" for parameter 'view_type' supplied: use ACTIVE_ONLY, DELETED_ONLY or ALL."),
    };
}
