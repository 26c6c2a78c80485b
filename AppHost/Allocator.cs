namespace Linnaeus.AppHost;

/// <summary>How services that compute keep the memory of their tensors; Benchmarks/RESULTS.md compares the choices.</summary>
internal static class Allocator
{
    // Debian's libjemalloc2 and its like.
    private static readonly string[] JemallocFiles = ["/usr/lib/x86_64-linux-gnu/libjemalloc.so.2", "/usr/lib64/libjemalloc.so.2", "/usr/lib/libjemalloc.so.2"];

    /// <summary>
    /// jemalloc where it is installed, told to keep what is free for the next step. Else glibc with a single heap for all threads, the only one that keeps blocks beyond
    /// 64 MiB: with others what is freed in one is no use to another, and large blocks are mapped anew each time.
    /// </summary>
    public static IResourceBuilder<T> WithTensorMemory<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment => JemallocFiles.FirstOrDefault(File.Exists) is { } jemalloc
        ? builder.WithLocal("LD_PRELOAD", jemalloc)
            .WithLocal("MALLOC_CONF", "oversize_threshold:1,background_thread:true,metadata_thp:auto,dirty_decay_ms:-1,muzzy_decay_ms:-1")
        : builder.WithLocal("MALLOC_ARENA_MAX", "1");
}
