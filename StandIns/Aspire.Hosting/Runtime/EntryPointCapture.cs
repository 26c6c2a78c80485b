using System.Reflection;

namespace Aspire.Hosting.Runtime;

/// <summary>
/// Runs an AppHost's entry point on behalf of a test: the builder is handed over when the entry point calls <c>Build</c>,
/// the application once the test lets it be built, and <c>Run</c> then waits until the test has finished with it.
/// </summary>
internal sealed class EntryPointCapture(Assembly assembly, IReadOnlyDictionary<string, string> profile, Action<DistributedApplicationOptions> configure)
{
    private static readonly AsyncLocal<EntryPointCapture?> Running = new();

    private readonly TaskCompletionSource<DistributedApplicationBuilder> builder = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> application = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource mayBuild = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static EntryPointCapture? Current => Running.Value;

    public Assembly Assembly { get; } = assembly;

    /// <summary>Environment variables of the AppHost's first launch profile.</summary>
    public IReadOnlyDictionary<string, string> Profile { get; } = profile;

    public Task Finished => finished.Task;

    public Task<DistributedApplicationBuilder> StartAsync(string[] args)
    {
        var entryPoint = Assembly.EntryPoint
            ?? throw new InvalidOperationException($"{Assembly.GetName().Name} has no entry point: name a class of the AppHost's own assembly, such as Projects.AppHost.");
        var thread = new Thread(() => Invoke(entryPoint, args)) { IsBackground = true, Name = "AppHost entry point" };
        thread.Start();
        return builder.Task;
    }

    public Task<DistributedApplication> BuildAsync()
    {
        mayBuild.TrySetResult();
        return application.Task;
    }

    public void Configure(DistributedApplicationOptions options) => configure(options);

    public void Offer(DistributedApplicationBuilder built)
    {
        builder.TrySetResult(built);
        mayBuild.Task.GetAwaiter().GetResult();
    }

    public void Offer(DistributedApplication built) => application.TrySetResult(built);

    public void Finish()
    {
        mayBuild.TrySetCanceled();
        finished.TrySetResult();
    }

    private void Invoke(MethodInfo entryPoint, string[] args)
    {
        Running.Value = this;
        try
        {
            var result = entryPoint.Invoke(null, entryPoint.GetParameters().Length == 0 ? [] : [args]);
            (result as Task)?.GetAwaiter().GetResult();
            Fail(new InvalidOperationException("The AppHost's entry point ended without building an application."));
        }
        catch (TargetInvocationException exception)
        {
            Fail(exception.InnerException ?? exception);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Fail(exception);
        }
    }

    private void Fail(Exception exception)
    {
        builder.TrySetException(exception);
        application.TrySetException(exception);
    }
}
