using System.Globalization;

namespace Linnaeus.Trainer.Gpus;

/// <summary>A reading of one GPU.</summary>
/// <param name="Index">Index on this machine.</param>
/// <param name="Name">Its product name.</param>
/// <param name="UsedMebibytes">Memory in use by all processes.</param>
/// <param name="TotalMebibytes">Total memory.</param>
/// <param name="Utilization">Utilization in 0..1.</param>
public sealed record GpuReading(int Index, string Name, double UsedMebibytes, double TotalMebibytes, double Utilization)
{
    /// <summary>Query of <c>nvidia-smi</c>.</summary>
    public const string Query = "--query-gpu=index,name,memory.used,memory.total,utilization.gpu";

    /// <summary>Parses a line of <c>nvidia-smi --format=csv,noheader,nounits</c>; null if invalid. Unsupported values are 0.</summary>
    public static GpuReading? Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.Split(',', StringSplitOptions.TrimEntries) is [var index, .. var name, var used, var total, var utilization]
            && name.Length > 0 && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new GpuReading(number, string.Join(", ", name), Number(used), Number(total), Number(utilization) / 100)
            : null;
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
