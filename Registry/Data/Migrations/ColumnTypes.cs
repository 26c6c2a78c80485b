using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Migrations.Operations.Builders;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace Linnaeus.Registry.Data.Migrations;

/// <summary>Columns written once for both databases: the CLR type picks each database's own column type.</summary>
internal static class ColumnTypes
{
    /// <summary>A text column; bytewise order on PostgreSQL, as SQLite has it anyway.</summary>
    public static OperationBuilder<AddColumnOperation> Text(this ColumnsBuilder table, MigrationBuilder migration, bool nullable = false) =>
        table.Column<string>(nullable: nullable, collation: migration.IsSqlite() ? null : "C");

    public static OperationBuilder<AddColumnOperation> Number(this ColumnsBuilder table, bool nullable = false) =>
        table.Column<long>(nullable: nullable);

    public static OperationBuilder<AddColumnOperation> Real(this ColumnsBuilder table, bool nullable = false) =>
        table.Column<double>(nullable: nullable);

    public static OperationBuilder<AddColumnOperation> Flag(this ColumnsBuilder table) => table.Column<bool>(nullable: false);

    /// <summary>A <c>long</c> key that the database hands out.</summary>
    public static OperationBuilder<AddColumnOperation> Identity(this ColumnsBuilder table) => table.Column<long>(nullable: false)
        .Annotation("Sqlite:Autoincrement", true)
        .Annotation(NpgsqlAnnotation, NpgsqlValueGenerationStrategy.IdentityByDefaultColumn);

    public static bool IsSqlite(this MigrationBuilder migration) => migration.ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite";

    private const string NpgsqlAnnotation = "Npgsql:ValueGenerationStrategy";
}
