using Linnaeus.Platform.Tests;

[assembly: AssemblyFixture(typeof(PlatformFixture))]

// The tests share two cores with the platform under test.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Linnaeus.Platform.Tests;

/// <summary>One platform for the tests that leave it running.</summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("linnaeus-platform-").FullName;
    private RunningPlatform? _platform;

    public RunningPlatform Platform => _platform ?? throw new InvalidOperationException("The platform did not start.");

    public async ValueTask InitializeAsync() => _platform = await RunningPlatform.StartAsync(_folder, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_platform is not null)
            await _platform.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
