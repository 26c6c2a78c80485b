using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Search;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Models;

/// <summary>Fields and orders of <c>registered-models/search</c>.</summary>
internal sealed class ModelSearch : ISearchTarget
{
    public static SqlText Page(RegistryDb db, string? filter, IReadOnlyList<string> orderBy, int count, long offset)
    {
        var text = new SqlText("WHERE ").Add(Prompts.Condition(FilterParser.Parse(filter), out var expression));
        if (expression is not null) new FilterSql(text.Add(" AND "), new ModelSearch(), db.Database.IsSqlite()).Append(expression);
        text.Add(" ORDER BY ");
        var byName = false;
        foreach (var order in FilterParser.ParseOrders(orderBy,
            static order => order.Key == "timestamp" ? "last_updated_timestamp" : order.Key))
        {
            if (order.Entity is not (null or "attribute" or "attributes")) throw RegistryException.Invalid($"Invalid order_by entity: {order.Entity}");
            var column = order.Key switch
            {
                "name" => "m.name",
                "creation_timestamp" => "m.creation_time",
                "last_updated_timestamp" or "timestamp" => "m.last_update_time",
                _ => throw RegistryException.Invalid($"Invalid order by key '{order.Key}' specified. Valid keys are name, creation_timestamp, last_updated_timestamp."),
            };
            byName |= column == "m.name";
            text.Add(column).Add(order.Ascending ? ", " : " DESC, ");
        }
        return text.Add(byName ? "m.id" : "m.name").Add(" LIMIT ").Value(count).Add(" OFFSET ").Value(offset);
    }

    public void Append(FilterSql sql, Comparison comparison)
    {
        switch (comparison.Entity)
        {
            case "tag" or "tags":
                sql.AppendKeyValue(comparison, "registered_model_tags t WHERE t.model_id = m.id", "tag");
                break;
            case null or "attribute" or "attributes" when comparison.Key == "name":
                sql.AppendColumn(comparison, "m.name", numeric: false, nullable: false, "attribute");
                break;
            case null or "attribute" or "attributes":
                throw RegistryException.Invalid($"Invalid attribute key '{comparison.Key}' specified. Valid keys are name.");
            default:
                throw RegistryException.Invalid($"Invalid entity type '{comparison.Entity}'. Valid entity types are attribute, tag.");
        }
    }
}

/// <summary>Fields and orders of <c>model-versions/search</c>.</summary>
internal sealed class VersionSearch : ISearchTarget
{
    public static SqlText Page(RegistryDb db, string? filter, IReadOnlyList<string> orderBy, int count, long offset)
    {
        var text = new SqlText("WHERE ").Add(Prompts.Condition(FilterParser.Parse(filter), out var expression));
        if (expression is not null) new FilterSql(text.Add(" AND "), new VersionSearch(), db.Database.IsSqlite()).Append(expression);
        text.Add(" ORDER BY ");
        var orders = FilterParser.ParseOrders(orderBy, static order => order.Key);
        foreach (var order in orders)
        {
            if (order.Entity is not (null or "attribute" or "attributes")) throw RegistryException.Invalid($"Invalid order_by entity: {order.Entity}");
            var column = order.Key switch
            {
                "name" => "m.name",
                "version_number" or "version" => "v.version",
                "creation_timestamp" => "v.creation_time",
                "last_updated_timestamp" => "v.last_update_time",
                _ => throw RegistryException.Invalid($"Invalid attribute key '{order.Key}' specified for order_by. Valid keys are name, version_number, creation_timestamp, last_updated_timestamp."),
            };
            text.Add(column).Add(order.Ascending ? ", " : " DESC, ");
        }
        text.Add(orders.Count == 0 ? "v.last_update_time DESC, m.name, v.version DESC" : "m.name, v.version DESC");
        return text.Add(" LIMIT ").Value(count).Add(" OFFSET ").Value(offset);
    }

    public void Append(FilterSql sql, Comparison comparison)
    {
        switch (comparison.Entity)
        {
            case "tag" or "tags":
                sql.AppendKeyValue(comparison, "model_version_tags t WHERE t.model_id = v.model_id AND t.version = v.version", "tag");
                break;
            case null or "attribute" or "attributes":
                var (column, numeric, nullable) = comparison.Key switch
                {
                    "name" => ("m.name", false, false),
                    "run_id" => ("v.run_id", false, true),
                    "source_path" => ("v.source", false, false),
                    "version_number" => ("v.version", true, false),
                    "creation_timestamp" => ("v.creation_time", true, false),
                    "last_updated_timestamp" => ("v.last_update_time", true, false),
                    _ => throw RegistryException.Invalid($"Invalid attribute key '{comparison.Key}' specified. Valid keys are name, run_id, source_path, version_number, creation_timestamp, last_updated_timestamp."),
                };
                sql.AppendColumn(comparison, column, numeric, nullable, "attribute");
                break;
            default:
                throw RegistryException.Invalid($"Invalid entity type '{comparison.Entity}'. Valid entity types are attribute, tag.");
        }
    }
}
