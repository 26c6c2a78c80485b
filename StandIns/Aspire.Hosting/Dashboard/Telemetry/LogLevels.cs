using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>OTLP severities as .NET log levels.</summary>
internal static class LogLevels
{
    /// <summary>Level of a severity number (1..24 in steps of four, OTel log data model); without a number, of its text.</summary>
    public static LogLevel FromSeverity(int number, string text) => number switch
    {
        >= 21 => LogLevel.Critical,
        >= 17 => LogLevel.Error,
        >= 13 => LogLevel.Warning,
        >= 9 => LogLevel.Information,
        >= 5 => LogLevel.Debug,
        >= 1 => LogLevel.Trace,
        _ => Enum.TryParse<LogLevel>(text, true, out var level) && level != LogLevel.None ? level : LogLevel.Information,
    };
}
