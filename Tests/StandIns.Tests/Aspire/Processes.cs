using System.Diagnostics;
using System.Globalization;

namespace Linnaeus.StandIns.Tests.AspireHosting;

/// <summary>What tests ask about real processes.</summary>
internal static class Processes
{
    public static bool Lives(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            // A killed process stays in the table until its parent asks for its exit code.
            return !File.ReadAllText($"/proc/{processId}/stat").Split(") ")[1].StartsWith('Z');
        }
        catch (Exception exception) when (exception is ArgumentException or IOException)
        {
            return false;
        }
    }

    /// <summary>A process that was killed closes its files, and so its output, a moment before it leaves the table.</summary>
    public static Task AssertGoneAsync(int[] processes) =>
        EventuallyAsync(() => !processes.Any(Lives), $"of the processes {string.Join(", ", processes)} some live on");

    public static int[] Read(string file) =>
        [.. File.ReadAllLines(file).Where(line => line.Length > 0).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    public static async Task EventuallyAsync(Func<bool> holds, string what)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (!holds())
        {
            Assert.False(patience.IsCancellationRequested, what);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
