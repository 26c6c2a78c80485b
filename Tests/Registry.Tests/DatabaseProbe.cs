using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.Registry.Tests;

/// <summary>Reads the database of a running Registry, for state without an endpoint.</summary>
internal static class DatabaseProbe
{
    public static async Task<string> BlobNameAsync(RegistryServer server, string sha256)
    {
        await using var scope = server.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<RegistryDb>().Set<StoredBlob>().Where(b => b.Sha256 == sha256).Select(b => b.BlobName)
            .SingleAsync();
    }
}
