using System.Diagnostics;

namespace Linnaeus.Trainer.Runs;

/// <summary>Throughput, smoothed over the last steps, and the time left by it.</summary>
internal sealed class Pace
{
    private const double Smoothing = 0.1;
    private double secondsPerStep;
    private double secondsPerImage;
    private long mark = Stopwatch.GetTimestamp();

    public double ImagesPerSecond => secondsPerImage > 0 ? 1 / secondsPerImage : 0;

    /// <summary>What lies between now and the last step does not count.</summary>
    public void Restart() => mark = Stopwatch.GetTimestamp();

    public void After(int images)
    {
        var seconds = Stopwatch.GetElapsedTime(mark).TotalSeconds;
        secondsPerStep = Smooth(secondsPerStep, seconds);
        secondsPerImage = Smooth(secondsPerImage, seconds / images);
        mark = Stopwatch.GetTimestamp();
    }

    /// <summary>Time for so many steps more, as minutes and seconds.</summary>
    public string Left(long steps)
    {
        var time = TimeSpan.FromSeconds(Math.Min(steps * secondsPerStep, TimeSpan.FromDays(365).TotalSeconds));
        return time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes:00} min" : $"{time.Minutes}:{time.Seconds:00}";
    }

    private static double Smooth(double before, double now) => before == 0 ? now : before + (Smoothing * (now - before));
}
