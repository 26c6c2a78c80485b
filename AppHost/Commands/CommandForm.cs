using Linnaeus.Registry.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.AppHost.Commands;

/// <summary>
/// Commands of resources. The dashboard's form fills the same arguments that a program passes to <see cref="ResourceCommandService"/>; only
/// commands that need a confirmation require a person.
/// </summary>
internal static class CommandForm
{
    /// <summary>Adds a command that is enabled while the resource runs.</summary>
    /// <param name="run">The command's action; an error from the Registry becomes the command's failure.</param>
    public static IResourceBuilder<T> WithAction<T>(
        this IResourceBuilder<T> builder, string name, string title, string icon, string description,
        Func<ExecuteCommandContext, PlatformAddresses, Task<ExecuteCommandResult>> run, params InteractionInput[] arguments)
        where T : IResource => builder.WithCommand(name, title, context => RunAsync(run, context), new CommandOptions
        {
            Description = description,
            IconName = icon,
            Arguments = arguments,
            UpdateState = update => update.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
        });

    /// <summary>Choices that are loaded when the form opens.</summary>
    public static InputLoadOptions Choices(Func<RegistryClient, CancellationToken, Task<IEnumerable<string>>> load) => new()
    {
        LoadCallback = async context =>
        {
            var registry = context.Services.GetRequiredService<PlatformAddresses>().CreateRegistryClient();
            context.Input.Options = Options(await load(registry, context.CancellationToken));
        },
    };

    public static IReadOnlyList<KeyValuePair<string, string>> Options(IEnumerable<string> names) => [.. names.Select(name => KeyValuePair.Create(name, name))];

    /// <summary>A result that the dashboard shows at once.</summary>
    public static ExecuteCommandResult Show(string message, string markdown) =>
        CommandResults.Success(message, markdown, CommandResultFormat.Markdown, displayImmediately: true);

    private static async Task<ExecuteCommandResult> RunAsync(
        Func<ExecuteCommandContext, PlatformAddresses, Task<ExecuteCommandResult>> run, ExecuteCommandContext context)
    {
        try
        {
            return await run(context, context.Services.GetRequiredService<PlatformAddresses>());
        }
        catch (RegistryException refusal)
        {
            var faults = refusal.Errors.SelectMany(fault => fault.Value.Select(text => $"{fault.Key}: {text}"));
            return CommandResults.Failure(string.Join('\n', faults.Prepend(refusal.Message)));
        }
    }
}
