using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Client;
using Spectre.Console;

namespace Linnaeus.Cli;

/// <summary>Prints answers as tables, or as JSON for scripts.</summary>
internal sealed class Answer
{
    // Wide enough that tables in a pipe or file do not wrap at 80 columns.
    private const int WidthOfFiles = 250;

    private static readonly JsonSerializerOptions Indented = new(ApiJson.Options) { WriteIndented = true };

    private readonly TextWriter _output;
    private readonly TextWriter _error;

    public Answer(TextWriter output, TextWriter error, bool isJson)
    {
        (_output, _error, IsJson) = (output, error, isJson);
        IsTerminal = output == System.Console.Out && !System.Console.IsOutputRedirected;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!IsTerminal)
            Console.Profile.Width = WidthOfFiles;
    }

    public bool IsJson { get; }

    public bool IsTerminal { get; }

    public IAnsiConsole Console { get; }

    /// <summary>Prints the contract as JSON, or runs <paramref name="show"/>.</summary>
    public void Write<T>(T value, Action show)
    {
        if (IsJson)
            _output.WriteLine(JsonSerializer.Serialize(value, Indented));
        else
            show();
    }

    /// <summary>Prints a line, except in JSON output.</summary>
    public void Say(string line)
    {
        if (!IsJson)
            _output.WriteLine(line);
    }

    /// <summary>Prints a line to standard error.</summary>
    public void Note(string line) => _error.WriteLine(line);

    /// <summary>Prints a table, or <paramref name="empty"/> when there are no rows.</summary>
    public void Table(IEnumerable<string> headers, IReadOnlyCollection<IEnumerable<string>> rows, string empty)
    {
        if (rows.Count == 0)
        {
            Say(empty);
            return;
        }

        var table = new Table().Border(IsTerminal ? TableBorder.Rounded : TableBorder.Ascii2);
        foreach (var header in headers)
            table.AddColumn(new TableColumn(new Text(header)));
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        Console.Write(table);
    }

    public static string Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>Formats with a sign.</summary>
    public static string Change(double value) => value.ToString("+0.####;-0.####;0", CultureInfo.InvariantCulture);

    /// <summary>Statuses of jobs, runs and versions in the Portal's words.</summary>
    /// <param name="status">As the APIs and enums spell it, in any case.</param>
    public static string Status(string status) => status.ToUpperInvariant() switch
    {
        "QUEUED" or "SCHEDULED" => "queued",
        "LEASED" or "RUNNING" => "running",
        "SUCCEEDED" or "FINISHED" => "succeeded",
        "FAILED" or "FAILED_REGISTRATION" => "failed",
        "CANCELLED" or "KILLED" => "canceled",
        "PENDING_REGISTRATION" => "pending",
        _ => status.ToLowerInvariant(),
    };

    public static string Time(DateTimeOffset? time) => time?.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-";

    public static string Duration(TimeSpan? duration) => duration switch
    {
        null => "-",
        { TotalMinutes: < 1 } d => string.Create(CultureInfo.InvariantCulture, $"{d.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } d => $"{d.Minutes} min {d.Seconds} s",
        { } d => $"{(int)d.TotalHours} h {d.Minutes} min",
    };

    public static string Size(long bytes) => bytes switch
    {
        < 1 << 10 => $"{bytes} B",
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        < 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.0} GiB"),
    };
}
