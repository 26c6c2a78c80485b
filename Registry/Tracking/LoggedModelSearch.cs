using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Search;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Tracking;

/// <summary>Selects metrics on this dataset, with any digest if null.</summary>
public sealed record DatasetFilter(string? Name, string? Digest);

/// <summary>One field of an order of logged models: an attribute, or <c>metrics.KEY</c>, optionally on a dataset.</summary>
public sealed record LoggedModelOrder(string Field, bool Ascending, DatasetFilter Dataset);

/// <summary>A request to <c>logged-models/search</c>.</summary>
public sealed record LoggedModelQuery(IReadOnlyList<long> Experiments, string? Filter, IReadOnlyList<DatasetFilter> Datasets,
    IReadOnlyList<LoggedModelOrder> OrderBy, int Count, long Offset);

/// <summary>Fields and orders of <c>logged-models/search</c>.</summary>
internal sealed class LoggedModelSearch(IReadOnlyList<DatasetFilter> datasets) : ISearchTarget
{
    private bool _comparesMetrics;

    /// <summary>The joins, conditions and order of a page.</summary>
    public static SqlText Page(RegistryDb db, LoggedModelQuery query)
    {
        var text = new SqlText();
        for (var i = 0; i < query.OrderBy.Count; i++) AppendJoin(text, query, i);
        text.Add(" WHERE l.deleted_time IS NULL AND ").In("l.experiment_id", query.Experiments);
        var search = new LoggedModelSearch(query.Datasets);
        if (Parse(query.Filter) is { } expression) new FilterSql(text.Add(" AND "), search, db.Database.IsSqlite()).Append(expression);
        if (query.Datasets.Count > 0 && !search._comparesMetrics)
        {
            text.Add(" AND EXISTS (SELECT 1 FROM logged_model_metrics t WHERE t.model_key = l.id");
            search.AppendDatasets(text);
            text.Add(")");
        }
        text.Add(" ORDER BY ");
        for (var i = 0; i < query.OrderBy.Count; i++) AppendOrder(text, query.OrderBy[i], i);
        return text.Add("l.creation_time DESC, l.id DESC LIMIT ").Value(query.Count).Add(" OFFSET ").Value(query.Offset);
    }

    public void Append(FilterSql sql, Comparison comparison)
    {
        switch (SearchEntity.Of(comparison.Entity))
        {
            case "metric":
                AppendMetric(sql, comparison);
                break;
            case "parameter":
                RequireOperator(comparison, numeric: false);
                sql.AppendKeyValue(comparison, "logged_model_params t WHERE t.model_key = l.id", "parameter");
                break;
            case "tag":
                RequireOperator(comparison, numeric: false);
                sql.AppendKeyValue(comparison, "logged_model_tags t WHERE t.model_key = l.id", "tag");
                break;
            case "attribute":
                var (column, numeric, nullable) = Attribute(comparison.Key);
                RequireOperator(comparison, numeric);
                sql.AppendColumn(comparison, column, numeric, nullable, numeric ? $"numeric attribute: {comparison.Key}" : "attributes");
                break;
            default:
                throw RegistryException.Invalid($"Invalid entity type '{comparison.Entity}'. Valid values are metrics, params, tags, attributes.");
        }
    }

    private void AppendMetric(FilterSql sql, Comparison comparison)
    {
        _comparesMetrics = true;
        RequireOperator(comparison, numeric: true);
        sql.Text.Add(comparison.Comparator == Comparator.IsNull ? "NOT EXISTS (" : "EXISTS (")
            .Add("SELECT 1 FROM logged_model_metrics t WHERE t.model_key = l.id AND t.key = ").Value(comparison.Key);
        AppendDatasets(sql.Text);
        if (comparison.Comparator is not (Comparator.IsNull or Comparator.IsNotNull)) sql.CompareMetric(comparison);
        sql.Text.Add(")");
    }

    /// <summary>Restricts the metrics <c>t</c> to the datasets.</summary>
    private void AppendDatasets(SqlText text)
    {
        for (var i = 0; i < datasets.Count; i++)
        {
            text.Add(i == 0 ? " AND (" : " OR ");
            AppendDataset(text.Add("(1 = 1"), "t", datasets[i]);
            text.Add(")");
        }
        if (datasets.Count > 0) text.Add(")");
    }

    private static void AppendDataset(SqlText text, string alias, DatasetFilter dataset)
    {
        if (!string.IsNullOrEmpty(dataset.Name)) text.Add($" AND {alias}.dataset_name = ").Value(dataset.Name);
        if (!string.IsNullOrEmpty(dataset.Digest)) text.Add($" AND {alias}.dataset_digest = ").Value(dataset.Digest);
    }

    /// <summary>The latest point of the metric for each model.</summary>
    private static void AppendJoin(SqlText text, LoggedModelQuery query, int index)
    {
        var order = query.OrderBy[index];
        if (MetricKey(order) is not { } key) return;
        text.Add(" LEFT JOIN (SELECT t.model_key, t.value, t.is_nan, row_number() OVER (PARTITION BY t.model_key ORDER BY t.timestamp DESC, t.step DESC, t.value DESC) AS n FROM logged_model_metrics t WHERE t.key = ")
            .Value(key).Add(" AND t.model_key IN (SELECT id FROM logged_models WHERE ").In("experiment_id", query.Experiments).Add(")");
        AppendDataset(text, "t", order.Dataset);
        text.Add($") o{index} ON o{index}.model_key = l.id AND o{index}.n = 1");
    }

    /// <summary>In both directions, NaN comes after numbers and missing values come last.</summary>
    private static void AppendOrder(SqlText text, LoggedModelOrder order, int index)
    {
        var direction = order.Ascending ? ", " : " DESC, ";
        if (MetricKey(order) is not null)
            text.Add($"CASE WHEN o{index}.value IS NULL THEN 2 WHEN o{index}.is_nan THEN 1 ELSE 0 END, o{index}.value{direction}");
        else
        {
            var (column, _, nullable) = OrderAttribute(order.Field);
            if (nullable) text.Add($"CASE WHEN {column} IS NULL THEN 1 ELSE 0 END, ");
            text.Add(column).Add(direction);
        }
    }

    private static string? MetricKey(LoggedModelOrder order)
    {
        var dot = order.Field.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0) return null;
        return order.Field[..dot] is "metrics" or "metric" ? order.Field[(dot + 1)..].Trim('`', '"')
            : throw RegistryException.Invalid($"Invalid order by field name: {order.Field}. Only metrics are supported, as metrics.KEY.");
    }

    private static FilterExpression? Parse(string? filter)
    {
        try
        {
            return FilterParser.Parse(filter);
        }
        catch (RegistryException fault)
        {
            throw new RegistryException(ErrorCode.InvalidParameterValue, $"Invalid filter string: {fault.Message}", fault);
        }
    }

    /// <summary>MLflow's message here differs from that for runs.</summary>
    private static void RequireOperator(Comparison comparison, bool numeric)
    {
        var ordered = comparison.Comparator is Comparator.Less or Comparator.LessOrEqual or Comparator.Greater or Comparator.GreaterOrEqual;
        var text = comparison.Comparator is Comparator.Like or Comparator.ILike or Comparator.In or Comparator.NotIn;
        if (numeric ? !text : !ordered) return;
        throw RegistryException.Invalid($"Invalid comparison operator for {comparison.Entity ?? "attributes"}.{comparison.Key} at position {comparison.Position}: expected one of {(numeric ? "<, <=, >, >=, =, !=" : "=, !=, LIKE, ILIKE, IN, NOT IN")}.");
    }

    private static (string Column, bool Numeric, bool Nullable) Attribute(string key) => Find(key)
        ?? throw RegistryException.Invalid($"Invalid attribute key '{key}' specified. Valid keys are name, model_id, model_type, status, source_run_id, creation_timestamp, last_updated_timestamp.");

    private static (string Column, bool Numeric, bool Nullable) OrderAttribute(string key) => Find(key)
        ?? throw RegistryException.Invalid($"Invalid order by field name: {key}.");

    private static (string Column, bool Numeric, bool Nullable)? Find(string key) => key switch
    {
        "name" => ("l.name", false, false),
        "model_id" => ("l.model_id", false, false),
        "model_type" => ("l.model_type", false, true),
        "status" => ("l.status", false, false),
        "source_run_id" => ("l.source_run_id", false, true),
        "creation_timestamp" or "creation_time" or "creation_timestamp_ms" => ("l.creation_time", true, false),
        "last_updated_timestamp" or "last_updated_time" or "last_updated_timestamp_ms" => ("l.last_update_time", true, false),
        _ => null,
    };
}
