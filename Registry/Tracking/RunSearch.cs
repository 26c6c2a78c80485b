using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Search;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Tracking;

/// <summary>A request to <c>runs/search</c>.</summary>
public sealed record RunQuery(IReadOnlyList<long> Experiments, string? Filter, string View, IReadOnlyList<string> OrderBy, int Count,
    long Offset);

/// <summary>Fields and orders of <c>runs/search</c>.</summary>
internal sealed class RunSearch : ISearchTarget
{
    /// <summary>Keys of one page of runs.</summary>
    public static async Task<List<long>> PageAsync(RegistryDb db, RunQuery query, CancellationToken cancellationToken)
    {
        if (query.Experiments.Count == 0) return [];
        var orders = FilterParser.ParseOrders(query.OrderBy,
            static order => SearchEntity.Of(order.Entity) is var entity && entity == "attribute" ? Attribute(order.Key).Column
                : $"{entity}.{order.Key}");
        var text = new SqlText("SELECT r.id FROM runs r");
        for (var i = 0; i < orders.Count; i++) AppendJoin(text, orders[i], i);
        AppendConditions(text, db, query);
        text.Add(" ORDER BY ");
        for (var i = 0; i < orders.Count; i++) AppendOrder(text, orders[i], i);
        text.Add("r.start_time DESC, r.run_id LIMIT ").Value(query.Count).Add(" OFFSET ").Value(query.Offset);
        return await text.ListAsync(db, static r => r.GetInt64(0), cancellationToken);
    }

    /// <summary>Total number of matching runs.</summary>
    public static async Task<long> CountAsync(RegistryDb db, RunQuery query, CancellationToken cancellationToken)
    {
        if (query.Experiments.Count == 0) return 0;
        var text = new SqlText("SELECT COUNT(*) FROM runs r");
        AppendConditions(text, db, query);
        return (await text.ListAsync(db, static r => r.GetInt64(0), cancellationToken))[0];
    }

    private static void AppendConditions(SqlText text, RegistryDb db, RunQuery query)
    {
        text.Add(" WHERE ");
        if (query.Experiments.Count == 1) text.Add("r.experiment_id = ").Value(query.Experiments[0]);
        else text.In("r.experiment_id", query.Experiments);
        text.Add(" AND ").Add(ViewTypes.Condition(query.View, "r.deleted_time IS NULL", "r.deleted_time IS NOT NULL"));
        if (FilterParser.Parse(query.Filter) is { } expression)
            new FilterSql(text.Add(" AND "), new RunSearch(), db.Database.IsSqlite()).Append(expression);
    }

    public void Append(FilterSql sql, Comparison comparison)
    {
        switch (SearchEntity.Of(comparison.Entity))
        {
            case "metric":
                AppendMetric(sql, comparison, null);
                break;
            case "min_metric":
                AppendMetric(sql, comparison, "t.min_value");
                break;
            case "max_metric":
                AppendMetric(sql, comparison, "t.max_value");
                break;
            case "parameter":
                sql.AppendKeyValue(comparison, "params t WHERE t.run_key = r.id", "parameter");
                break;
            case "tag":
                sql.AppendKeyValue(comparison, "run_tags t WHERE t.run_key = r.id", "tag");
                break;
            case "dataset":
                AppendDataset(sql, comparison);
                break;
            default:
                var (column, numeric, nullable) = Attribute(comparison.Key);
                sql.AppendColumn(comparison, column, numeric, nullable, numeric ? $"numeric attribute: {comparison.Key}" : "attributes");
                break;
        }
    }

    /// <param name="sql">Gets the condition.</param>
    /// <param name="comparison">A comparison of a metric.</param>
    /// <param name="extreme">The column of its minimum or maximum, or null for the latest value.</param>
    private static void AppendMetric(FilterSql sql, Comparison comparison, string? extreme)
    {
        var absent = comparison.Comparator == Comparator.IsNull;
        sql.Text.Add(absent ? "NOT EXISTS (" : "EXISTS (").Add("SELECT 1 FROM latest_metrics t WHERE t.run_key = r.id AND t.key = ")
            .Value(comparison.Key);
        if (comparison.Comparator is not (Comparator.IsNull or Comparator.IsNotNull))
        {
            if (extreme is null) sql.CompareMetric(comparison);
            else
            {
                sql.Text.Add(" AND ");
                sql.CompareNumber(extreme, comparison, "metric", FilterSql.ParseReal);
            }
        }
        sql.Text.Add(")");
    }

    private static void AppendDataset(FilterSql sql, Comparison comparison)
    {
        var column = comparison.Key switch
        {
            "name" => "d.name",
            "digest" => "d.digest",
            "context" => "i.context",
            _ => throw RegistryException.Invalid($"Invalid dataset key '{comparison.Key}' specified. Valid keys are name, digest, context."),
        };
        var absent = comparison.Comparator == Comparator.IsNull;
        sql.Text.Add(absent ? "NOT EXISTS (" : "EXISTS (")
            .Add("SELECT 1 FROM run_inputs i JOIN datasets d ON d.id = i.dataset_id WHERE i.run_key = r.id AND ").Add(column)
            .Add(" IS NOT NULL");
        if (!absent && comparison.Comparator != Comparator.IsNotNull)
        {
            sql.Text.Add(" AND ");
            sql.CompareText(column, comparison, "dataset attributes");
        }
        sql.Text.Add(")");
    }

    private static void AppendJoin(SqlText text, Ordering order, int index)
    {
        var table = SearchEntity.Of(order.Entity) switch
        {
            "metric" or "min_metric" or "max_metric" => "latest_metrics",
            "parameter" => "params",
            "tag" => "run_tags",
            "attribute" => null,
            var other => throw RegistryException.Invalid($"Invalid order_by entity type '{other}'."),
        };
        if (table is null) return;
        var alias = $"o{index}";
        text.Add($" LEFT JOIN {table} {alias} ON {alias}.run_key = r.id AND {alias}.key = ").Value(order.Key);
    }

    /// <summary>In both directions, NaN comes after numbers and missing values come last.</summary>
    private static void AppendOrder(SqlText text, Ordering order, int index)
    {
        var direction = order.Ascending ? ", " : " DESC, ";
        switch (SearchEntity.Of(order.Entity))
        {
            case "metric":
                text.Add($"CASE WHEN o{index}.value IS NULL THEN 2 WHEN o{index}.is_nan THEN 1 ELSE 0 END, o{index}.value{direction}");
                break;
            case "min_metric":
                text.Add($"CASE WHEN o{index}.min_value IS NULL THEN 1 ELSE 0 END, o{index}.min_value{direction}");
                break;
            case "max_metric":
                text.Add($"CASE WHEN o{index}.max_value IS NULL THEN 1 ELSE 0 END, o{index}.max_value{direction}");
                break;
            case "attribute":
                var (column, _, nullable) = Attribute(order.Key);
                if (nullable) text.Add($"CASE WHEN {column} IS NULL THEN 1 ELSE 0 END, ");
                text.Add(column).Add(direction);
                break;
            default:
                text.Add($"CASE WHEN o{index}.value IS NULL THEN 1 ELSE 0 END, o{index}.value{direction}");
                break;
        }
    }

    private static (string Column, bool Numeric, bool Nullable) Attribute(string key) => key switch
    {
        "run_id" or "run_uuid" => ("r.run_id", false, false),
        "run_name" or "run name" or "Run name" or "Run Name" => ("r.name", false, false),
        "status" => ("r.status", false, false),
        "user_id" => ("r.user_id", false, false),
        "artifact_uri" => ("r.artifact_uri", false, false),
        "start_time" or "created" or "Created" => ("r.start_time", true, false),
        "end_time" => ("r.end_time", true, true),
        _ => throw RegistryException.Invalid($"Invalid attribute key '{key}' specified. Valid keys are run_id, run_name, status, user_id, artifact_uri, start_time, end_time."),
    };
}
