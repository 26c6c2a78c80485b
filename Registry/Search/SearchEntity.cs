using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Search;

/// <summary>The entity of a field, by any of MLflow's names for it.</summary>
internal static class SearchEntity
{
    public static string Of(string? name) => name switch
    {
        null or "attribute" or "attributes" or "attr" or "run" => "attribute",
        "metric" or "metrics" => "metric",
        "min_metric" or "min_metrics" => "min_metric",
        "max_metric" or "max_metrics" => "max_metric",
        "parameter" or "parameters" or "param" or "params" => "parameter",
        "tag" or "tags" => "tag",
        "dataset" or "datasets" => "dataset",
        _ => throw RegistryException.Invalid($"Invalid entity type '{name}'. Valid values are metric, min_metric, max_metric, parameter, tag, attribute, dataset."),
    };
}

