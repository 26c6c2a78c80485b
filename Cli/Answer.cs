using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Client;
using Spectre.Console;

namespace Linnaeus.Cli;

/// <summary>Answers as tables for people, or as JSON for scripts.</summary>
internal sealed class Answer
{
    // A script that reads tables after all should not find them broken at 80 columns.
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

    /// <summary>The contract as JSON, or what <paramref name="show"/> prints.</summary>
    public void Write<T>(T value, Action show)
    {
        if (IsJson)
            _output.WriteLine(JsonSerializer.Serialize(value, Indented));
        else
            show();
    }

    /// <summary>A line for people; scripts do not get it.</summary>
    public void Say(string line)
    {
        if (!IsJson)
            _output.WriteLine(line);
    }

    /// <summary>A line beside the answer.</summary>
    public void Note(string line) => _error.WriteLine(line);

    /// <summary>A table, or <paramref name="empty"/> when there are no rows.</summary>
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

    /// <summary>With its sign.</summary>
    public static string Change(double value) => value.ToString("+0.####;-0.####;0", CultureInfo.InvariantCulture);

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
