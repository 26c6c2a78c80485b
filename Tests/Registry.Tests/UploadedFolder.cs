using System.Security.Cryptography;
using Linnaeus.Registry.Client;

namespace Linnaeus.Registry.Tests;

/// <summary>A model folder among the artifacts of its own run.</summary>
/// <param name="Root">The run's folder in the artifact store.</param>
internal sealed record UploadedFolder(string Run, string Root, IReadOnlyList<ModelFile> Files)
{
    private const string Proxy = "/api/2.0/mlflow-artifacts/artifacts";

    public static async Task<UploadedFolder> MakeAsync(HttpClient http, string? run = null)
    {
        var mlflow = new MlflowWire(http);
        run ??= await mlflow.NewRunAsync();
        var root = (await mlflow.RunAsync(run)).GetProperty("info").Text("artifact_uri")["mlflow-artifacts:/".Length..];
        var files = new List<ModelFile>();
        foreach (var (path, size) in new[] { ("MLmodel", 200), ("model.safetensors", 5 << 20) })
        {
            var bytes = RandomNumberGenerator.GetBytes(size);
            (await http.PutAsync($"{Proxy}/{root}/model/{path}", new ByteArrayContent(bytes))).EnsureSuccessStatusCode();
            files.Add(new ModelFile(path, size, Convert.ToHexStringLower(SHA256.HashData(bytes))));
        }
        return new UploadedFolder(run, root, files);
    }

    /// <summary>URL of a file of the folder, or of the folder itself.</summary>
    public string Address(string path = "") => $"{Proxy}/{Root}/model/{path}".TrimEnd('/');

    public Task<ModelVersionInfo> RegisterAsync(HttpClient http, string name) =>
        new RegistryClient(http).ModelVersions.RegisterAsync(name, new RegisterVersionRequest(Run, "model", Files));
}
