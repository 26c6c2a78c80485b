namespace Linnaeus.Vision.Networks;

/// <summary>The CPU's bfloat16 support, from the <c>flags</c> lines of <c>/proc/cpuinfo</c>; none without that file.</summary>
/// <param name="HasInstructions">Dot products of bfloat16 (AVX-512) or more.</param>
/// <param name="HasMatrices">Products of whole tiles (AMX).</param>
internal readonly record struct Bfloat16Units(bool HasInstructions, bool HasMatrices)
{
    private const string ProcessorFile = "/proc/cpuinfo";

    /// <summary>Support of this machine.</summary>
    public static Bfloat16Units Here { get; } = File.Exists(ProcessorFile) ? Of(File.ReadLines(ProcessorFile)) : default;

    /// <summary>Support common to all listed processors.</summary>
    public static Bfloat16Units Of(IEnumerable<string> lines)
    {
        var flags = lines.Where(line => line.StartsWith("flags", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToList();
        var matrices = flags.Count > 0 && flags.All(known => known.Contains("amx_tile") && known.Contains("amx_bf16"));
        return new Bfloat16Units(matrices || (flags.Count > 0 && flags.All(known => known.Contains("avx512_bf16"))), matrices);
    }
}
