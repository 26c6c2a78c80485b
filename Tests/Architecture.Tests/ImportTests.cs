using System.Reflection;
using NetArchTest.Rules;

namespace Linnaeus.Architecture.Tests;

/// <summary>Tests the import rules that docs/ARCHITECTURE.md draws.</summary>
public sealed class ImportTests
{
    /// <summary>Each room and the rooms that it may import.</summary>
    private static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["Contracts"] = [],
        ["ServiceDefaults"] = [],
        ["Access"] = ["Contracts", "ServiceDefaults"],
        ["Registry.Client"] = ["Contracts"],
        ["Registry"] = ["Access", "Contracts", "ServiceDefaults"],
        ["Vision"] = ["Contracts"],
        ["Trainer"] = ["Contracts", "Registry.Client", "ServiceDefaults", "Vision"],
        ["Explainer"] = ["Access", "Contracts", "Registry.Client", "ServiceDefaults", "Vision"],
        ["Portal"] = ["Access", "Contracts", "Registry.Client", "ServiceDefaults"],
        ["Cli"] = ["Contracts", "Registry.Client"],
        ["AppHost"] = ["Contracts", "Registry.Client"],
    };

    /// <summary>Folders of the Registry, innermost first, and the folders that each may import.</summary>
    private static readonly Dictionary<string, string[]> Registry = new()
    {
        ["Data"] = [],
        ["Http"] = ["Data"],
        ["Access"] = ["Data", "Http"],
        ["Search"] = ["Data", "Http"],
        ["Artifacts"] = ["Data", "Http"],
        ["Tracking"] = ["Data", "Http", "Search"],
        ["Models"] = ["Artifacts", "Data", "Http", "Search", "Tracking"],
        ["Uploads"] = ["Artifacts", "Data", "Http", "Models"],
        ["Evaluations"] = ["Artifacts", "Data", "Http", "Models", "Tracking"],
        ["Explanations"] = ["Artifacts", "Data", "Http", "Models"],
        ["Jobs"] = ["Data", "Http", "Models", "Tracking"],
        ["Lineage"] = ["Data", "Explanations", "Http", "Jobs", "Models", "Tracking"],
        ["Comparisons"] = ["Data", "Evaluations", "Http", "Lineage", "Models", "Tracking"],
        ["Promotion"] = ["Comparisons", "Data", "Evaluations", "Http", "Models", "Tracking"],
        ["Garbage"] = ["Artifacts", "Data", "Explanations", "Http", "Jobs", "Models", "Tracking", "Uploads"],
        ["Mlflow"] = ["Artifacts", "Data", "Http", "Models", "Promotion", "Search", "Tracking", "Uploads"],
    };

    /// <summary>Folders of Vision, innermost first, and the folders that each may import.</summary>
    private static readonly Dictionary<string, string[]> Vision = new()
    {
        ["Native"] = [],
        ["Randomness"] = [],
        ["Imaging"] = ["Randomness"],
        ["Networks"] = ["Randomness"],
        ["Checkpoints"] = ["Networks"],
        ["Data"] = ["Imaging", "Randomness"],
        ["Augmentation"] = ["Data", "Imaging", "Networks", "Randomness"],
        ["Evaluation"] = ["Networks"],
        ["Robustness"] = ["Augmentation", "Data", "Evaluation", "Imaging", "Networks", "Randomness"],
        ["Training"] = ["Augmentation", "Checkpoints", "Data", "Evaluation", "Networks", "Randomness"],
        ["Explanations"] = ["Checkpoints", "Data", "Imaging", "Networks", "Randomness"],
        ["Figures"] = ["Data", "Evaluation", "Imaging", "Robustness", "Training"],
    };

    public static TheoryData<string> RoomNames => [.. Rooms.Keys];

    public static TheoryData<string> RegistryFolders => [.. Registry.Keys];

    public static TheoryData<string> VisionFolders => [.. Vision.Keys];

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void A_room_imports_only_allowed_rooms(string room)
    {
        const string prefix = "Linnaeus.";
        var imported = Assembly.Load(prefix + room).GetReferencedAssemblies().Select(name => name.Name!)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]);
        Assert.Empty(imported.Except(Rooms[room]));
    }

    [Theory]
    [MemberData(nameof(RegistryFolders))]
    public void A_folder_of_the_Registry_imports_only_allowed_folders(string folder) => Check("Registry", Registry, folder);

    [Theory]
    [MemberData(nameof(VisionFolders))]
    public void A_folder_of_Vision_imports_only_allowed_folders(string folder) => Check("Vision", Vision, folder);

    [Fact]
    public void The_tables_have_no_cycles_and_list_every_folder()
    {
        foreach (var (room, table) in new[] { ("Registry", Registry), ("Vision", Vision) })
        {
            var known = new HashSet<string>();
            foreach (var (folder, imports) in table)
            {
                Assert.Empty(imports.Except(known));
                known.Add(folder);
            }
            var folders = Assembly.Load($"Linnaeus.{room}").GetTypes().Select(type => type.Namespace ?? "")
                .Where(name => name.StartsWith($"Linnaeus.{room}.", StringComparison.Ordinal)).Select(name => name.Split('.')[2]).Distinct();
            Assert.Equal(folders.Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
        }
    }

    private static void Check(string room, Dictionary<string, string[]> table, string folder)
    {
        var forbidden = table.Keys.Except(table[folder]).Where(other => other != folder).Select(other => $"Linnaeus.{room}.{other}").ToArray();
        var result = Types.InAssembly(Assembly.Load($"Linnaeus.{room}")).That().ResideInNamespace($"Linnaeus.{room}.{folder}")
            .ShouldNot().HaveDependencyOnAny(forbidden).GetResult();
        Assert.True(result.IsSuccessful, $"{room}/{folder} may import {string.Join(", ", table[folder])} only. See: {string.Join(", ", result.FailingTypeNames ?? [])}");
    }
}
