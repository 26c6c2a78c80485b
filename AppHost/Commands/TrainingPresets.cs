using System.Text.Json;
using System.Text.Json.Nodes;
using Linnaeus.Registry.Client;

namespace Linnaeus.AppHost.Commands;

/// <summary>Preset jobs: those of the quickstart and the job files in <c>examples/</c>.</summary>
internal static class TrainingPresets
{
    private static readonly string[] Folders = ["quickstart", "examples"];

    private static readonly Dictionary<string, string> Files = Folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, folder), "*.json").Order(StringComparer.Ordinal))
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file)!);

    /// <summary>Preset names; those without downloads come first.</summary>
    public static IReadOnlyCollection<string> Names => Files.Keys;

    /// <summary>A preset's job, optionally with another dataset or model.</summary>
    public static JobRequest Read(string name, string? dataset, string? model)
    {
        var job = JsonNode.Parse(File.ReadAllText(Files[name]))!.AsObject();
        var spec = job["spec"]!.AsObject();
        var training = spec["base"]?.AsObject() ?? spec; // a sweep nests the training spec
        if (!string.IsNullOrWhiteSpace(dataset))
        {
            training["dataset"] = dataset;
            training.Remove("synthetic"); // options of the synthetic flowers
        }
        if (!string.IsNullOrWhiteSpace(model))
            training["model"] = model;
        return new JobRequest(job["kind"]!.GetValue<string>(), JsonSerializer.SerializeToElement(spec));
    }
}
