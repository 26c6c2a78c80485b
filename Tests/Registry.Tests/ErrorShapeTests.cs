using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Linnaeus.Registry.Tests;

public sealed class ErrorShapeTests(RegistryFixture registry)
{
    [Fact]
    public async Task An_unknown_mlflow_path_answers_in_mlflows_shape()
    {
        var response = await registry.Http.GetAsync("/api/2.0/mlflow/nothing/here");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("ENDPOINT_NOT_FOUND", body.GetProperty("error_code").GetString());
    }

    [Fact]
    public async Task An_unknown_api_path_answers_a_problem_document()
    {
        var response = await registry.Http.GetAsync("/api/nothing");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }
}
