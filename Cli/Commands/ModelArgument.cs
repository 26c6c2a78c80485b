using System.CommandLine;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli.Commands;

/// <summary>A model version argument.</summary>
internal static class ModelArgument
{
    public static Argument<ModelUri> Create() => new("MODEL")
    {
        Description = "models:/NAME/VERSION or models:/NAME@ALIAS; the prefix models:/ is optional.",
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            if (ModelUri.TryParse(text.StartsWith("models:", StringComparison.Ordinal) ? text : "models:/" + text, out var uri))
                return uri;
            result.AddError($"'{text}' does not name a version. Use models:/NAME/VERSION or models:/NAME@ALIAS.");
            return null;
        },
    };
}
