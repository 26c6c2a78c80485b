using Linnaeus.Registry.Client;
using Linnaeus.Trainer.Gpus;
using Linnaeus.Trainer.Runs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Linnaeus.Services.Tests.Training;

/// <summary>GPU monitoring without a GPU: a script prints lines like <c>nvidia-smi</c>.</summary>
public sealed class GpuTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("0, NVIDIA H100 80GB HBM3, 1024, 81559, 37", 0, "NVIDIA H100 80GB HBM3", 1024, 0.37)]
    [InlineData("11, A, B, 5, 10, 100", 11, "A, B", 5, 1)]
    [InlineData("1, Tesla T4, 0, 15360, [N/A]", 1, "Tesla T4", 0, 0)]
    public void A_line_of_nvidia_smi_is_read(string line, int index, string name, double used, double utilization)
    {
        var reading = GpuReading.Parse(line)!;
        Assert.Equal((index, name, used, utilization), (reading.Index, reading.Name, reading.UsedMebibytes, reading.Utilization));
    }

    [Theory]
    [InlineData("")]
    [InlineData("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.")]
    [InlineData("No devices were found")]
    public void Any_other_line_is_not_a_reading(string line) => Assert.Null(GpuReading.Parse(line));

    [Fact]
    public async Task The_latest_reading_of_each_gpu_is_kept_until_the_tool_ends()
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-gpu-").FullName;
        try
        {
            var (tool, go) = (Path.Combine(folder, "nvidia-smi"), Path.Combine(folder, "go"));
            await File.WriteAllTextAsync(tool, $"""
                #!/bin/sh
                echo "0, One, 100, 1000, 10"; echo "1, Other, 200, 1000, 20"; echo "0, One, 300, 1000, 30"
                while [ ! -e {go} ]; do sleep 0.1; done
                """);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            using var monitor = new GpuMonitor(tool, NullLogger<GpuMonitor>.Instance);
            await monitor.StartAsync(default);
            await UntilAsync(() => monitor.Latest is [{ UsedMebibytes: 300 }, { Name: "Other", Utilization: 0.2 }]);

            await File.WriteAllTextAsync(go, "");
            await UntilAsync(() => monitor.Latest.Count == 0);
            await monitor.StopAsync(default);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_machine_without_the_tool_has_no_readings()
    {
        using var monitor = new GpuMonitor("/no/such/nvidia-smi", NullLogger<GpuMonitor>.Instance);
        await monitor.StartAsync(default);
        await monitor.ExecuteTask!.WaitAsync(Patience);
        Assert.Empty(monitor.Latest);
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 15.77 GiB total capacity)", 32, "fp32", "Try batch_size 16 with accumulation_steps 2, or precision \"bf16\".")]
    [InlineData("DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes.", 3, "bf16", "Try batch_size 1 with accumulation_steps 2.")]
    [InlineData("CUDA out of memory.", 1, "bf16", "Try a smaller image_size.")]
    public void Out_of_memory_errors_suggest_what_to_try(string message, int batch, string precision, string remedy)
    {
        var error = new InvalidOperationException(message);
        Assert.True(MemoryShortage.Is(error));
        var told = MemoryShortage.Describe(error, new TrainingSpec { BatchSize = batch, Precision = Choice.Parse<Precision>(precision), ImageSize = 224 });
        Assert.Equal($"Out of memory with batch_size {batch} at image_size 224. {remedy} ({message})", told);
        Assert.False(MemoryShortage.Is(new InvalidOperationException("shapes do not fit")));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var time = new CancellationTokenSource(Patience);
        while (!condition())
            await Task.Delay(50, time.Token);
    }
}
