namespace Linnaeus.Registry.Tests;

public sealed class ClientUriTests
{
    [Theory]
    [InlineData("models:/flowers/3", "flowers", 3, null)]
    [InlineData("models:/my model@champion", "my model", null, "champion")]
    [InlineData("models://flowers/3", "flowers", 3, null)]
    public void A_model_uri_names_a_version_or_an_alias(string text, string name, int? version, string? alias)
    {
        var uri = ModelUri.Parse(text);
        Assert.Equal((name, version, alias), (uri.Name, uri.Version, uri.Alias));
        Assert.Equal(uri, ModelUri.Parse(uri.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("flowers/3")]
    [InlineData("models:/flowers")]
    [InlineData("models:/flowers/0")]
    [InlineData("models:/flowers/-1")]
    [InlineData("models:/flowers/latest")]
    [InlineData("models:/flowers@")]
    [InlineData("models:/@champion")]
    [InlineData("models:/flowers/3/model")]
    public void Anything_else_is_not_a_model_uri(string text)
    {
        Assert.False(ModelUri.TryParse(text, out _));
        Assert.Contains("models:/NAME/VERSION", Assert.Throws<FormatException>(() => ModelUri.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runs:/abc/samples/003.png", "abc", null, "samples/003.png")]
    [InlineData("mlflow-artifacts:/7/abc/artifacts/samples/003.png", "abc", "7", "samples/003.png")]
    [InlineData("runs:/abc", "abc", null, "")]
    public void An_artifact_uri_names_a_run_and_a_path(string text, string run, string? experiment, string path)
    {
        var uri = ArtifactUri.Parse(text);
        Assert.Equal((run, experiment, path), (uri.RunId, uri.ExperimentId, uri.Path));
        Assert.Equal(uri, ArtifactUri.Parse(uri.ToString()));
    }

    [Theory]
    [InlineData("models:/flowers/3/model.json", "models:/flowers/3")]
    [InlineData("models:/flowers@champion/model.json", "models:/flowers@champion")]
    public void An_artifact_uri_may_name_a_file_of_a_version(string text, string model)
    {
        var uri = ArtifactUri.Parse(text);
        Assert.Equal((ModelUri.Parse(model), "model.json"), (uri.Model, uri.Path));
        Assert.Equal(text, uri.ToString());
    }

    [Theory]
    [InlineData("runs:/abc/../def/x.png")]
    [InlineData("mlflow-artifacts:/7/abc/x.png")]
    [InlineData("file:/etc/passwd")]
    [InlineData("samples/003.png")]
    [InlineData("models:/flowers")]
    public void Anything_else_is_not_an_artifact_uri(string text) => Assert.False(ArtifactUri.TryParse(text, out _));
}
