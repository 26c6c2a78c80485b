using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Linnaeus.Trainer.Gpus;

/// <summary>
/// Memory and utilization of this machine's NVIDIA GPUs, read every few seconds from one long-lived <c>nvidia-smi</c>, as
/// OpenTelemetry's <c>hw.gpu.memory.usage</c>, <c>hw.gpu.memory.limit</c> and <c>hw.gpu.utilization</c>, and as <see cref="Latest"/>.
/// </summary>
/// <param name="command">Name or path of <c>nvidia-smi</c>.</param>
/// <param name="logger">Logs once when there is none.</param>
public sealed class GpuMonitor(string command, ILogger<GpuMonitor> logger) : BackgroundService
{
    private const int Seconds = 5;

    private readonly Meter meter = new(TrainerTelemetry.Name);
    private volatile IReadOnlyList<GpuReading> latest = [];

    /// <summary>The last reading of each GPU by index; empty without a GPU.</summary>
    public IReadOnlyList<GpuReading> Latest => latest;

    /// <inheritdoc/>
    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string[] arguments = [GpuReading.Query, "--format=csv,noheader,nounits", $"--loop={Seconds}"];
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            logger.LogInformation("No GPU found: {Command} did not start ({Reason}).", command, error.Message);
            return;
        }

        process.ErrorDataReceived += (_, _) => { }; // unread errors would fill the pipe and block the tool
        process.BeginErrorReadLine();
        try
        {
            await ReadAsync(process.StandardOutput, stoppingToken);
            await process.WaitForExitAsync(stoppingToken);
            logger.LogInformation("GPU monitoring stopped: {Command} exited with status {Status}.", command, process.ExitCode);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
        }
        finally
        {
            latest = [];
        }
    }

    private async Task ReadAsync(StreamReader output, CancellationToken cancellationToken)
    {
        while (await output.ReadLineAsync(cancellationToken) is { } line)
        {
            if (GpuReading.Parse(line) is not { } reading)
                continue;
            if (latest.Count == 0)
                CreateInstruments();
            latest = [.. latest.Where(other => other.Index != reading.Index).Append(reading).OrderBy(gpu => gpu.Index)];
        }
    }

    private void CreateInstruments()
    {
        meter.CreateObservableGauge("hw.gpu.memory.usage", () => Each(gpu => gpu.UsedMebibytes * (1 << 20)), "By", "GPU memory in use");
        meter.CreateObservableGauge("hw.gpu.memory.limit", () => Each(gpu => gpu.TotalMebibytes * (1 << 20)), "By", "GPU memory");
        meter.CreateObservableGauge("hw.gpu.utilization", () => Each(gpu => gpu.Utilization), "1", "GPU utilization");
    }

    private IEnumerable<Measurement<double>> Each(Func<GpuReading, double> value) =>
        latest.Select(gpu => new Measurement<double>(value(gpu), new("hw.id", gpu.Index), new("hw.name", gpu.Name)));
}
