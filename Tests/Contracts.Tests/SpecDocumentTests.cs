using System.Reflection;

namespace Linnaeus.Contracts.Tests;

public sealed class SpecDocumentTests
{
    [Fact]
    public void The_document_of_the_specs_is_what_the_code_says()
    {
        var root = typeof(SpecDocumentTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "RepositoryRoot").Value!;
        var file = Path.Combine(root, "docs", "SPEC.md");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(file, SpecDocument.Write());
        Assert.Equal(SpecDocument.Write(), File.ReadAllText(file));
    }
}
