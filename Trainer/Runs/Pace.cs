using System.Diagnostics;

namespace Linnaeus.Trainer.Runs;

/// <summary>Throughput, smoothed over recent steps, and the remaining time that follows from it.</summary>
internal sealed class Pace
{
    private const double Smoothing = 0.1;
    private double secondsPerStep;
    private double secondsPerImage;
    private long mark = Stopwatch.GetTimestamp();

    public double ImagesPerSecond => secondsPerImage > 0 ? 1 / secondsPerImage : 0;

    /// <summary>Excludes the time since the last step from the throughput.</summary>
    public void Restart() => mark = Stopwatch.GetTimestamp();

    public void After(int images)
    {
        var seconds = Stopwatch.GetElapsedTime(mark).TotalSeconds;
        secondsPerStep = Smooth(secondsPerStep, seconds);
        secondsPerImage = Smooth(secondsPerImage, seconds / images);
        mark = Stopwatch.GetTimestamp();
    }

    /// <summary>Remaining time for this many steps, as minutes and seconds.</summary>
    public string Eta(long steps)
    {
        var time = TimeSpan.FromSeconds(Math.Min(steps * secondsPerStep, TimeSpan.FromDays(365).TotalSeconds));
        return time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes:00} min" : $"{time.Minutes}:{time.Seconds:00}";
    }

    private static double Smooth(double before, double now) => before == 0 ? now : before + (Smoothing * (now - before));
}
