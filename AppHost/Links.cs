namespace Linnaeus.AppHost;

/// <summary>Links that the dashboard shows with the resources.</summary>
internal static class Links
{
    public static void AddLinks(
        IResourceBuilder<ProjectResource> registry, IResourceBuilder<ProjectResource> trainer, IResourceBuilder<ProjectResource> explainer, IResourceBuilder<ProjectResource> portal)
    {
        var pages = portal.GetEndpoint("http");
        portal.WithUrlForEndpoint("http", url => url.DisplayText = "Portal");
        registry.WithUrlForEndpoint("http", url => url.DisplayText = "Registry, for MLflow clients")
            .WithUrl($"{registry.GetEndpoint("http")}/openapi/v1.json", "Registry API reference")
            .WithUrl($"{pages}/models", "Models in the Portal");
        trainer.WithUrlForEndpoint("http", InDetailsOnly)
            .WithUrl($"{pages}/jobs", "Jobs in the Portal");
        explainer.WithUrlForEndpoint("http", InDetailsOnly)
            .WithUrl($"{explainer.GetEndpoint("http")}/openapi/v1.json", "Explainer API reference")
            .WithUrl($"{pages}/explain", "Explanations in the Portal");
    }

    /// <summary>Hides URLs that show nothing in a browser.</summary>
    private static void InDetailsOnly(ResourceUrlAnnotation url) => url.DisplayLocation = UrlDisplayLocation.DetailsOnly;
}
