using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Linnaeus.Registry.Data.Migrations;

/// <summary>Minimum and maximum of each metric, next to the latest value.</summary>
[DbContext(typeof(RegistryDb))]
[Migration("20261125110000_MetricExtremes")]
public sealed class MetricExtremes : Migration
{
    private const string Table = "latest_metrics";

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var which in new[] { "min", "max" })
        {
            migrationBuilder.AddColumn<double>($"{which}_value", Table, nullable: true);
            migrationBuilder.AddColumn<long>($"{which}_step", Table, nullable: true);
        }
        foreach (var (which, direction) in new[] { ("min", ""), ("max", " DESC") })
            migrationBuilder.Sql($"""
                UPDATE {Table} SET ({which}_value, {which}_step) = (
                    SELECT m.value, m.step FROM metrics m WHERE m.run_key = {Table}.run_key AND m.key = {Table}.key AND NOT m.is_nan
                    ORDER BY m.value{direction}, m.step LIMIT 1)
                """);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var column in new[] { "min_value", "min_step", "max_value", "max_step" }) migrationBuilder.DropColumn(column, Table);
    }
}
