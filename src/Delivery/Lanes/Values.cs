using System.Globalization;
using System.Text;
using Dapper;

namespace EventBus.Delivery.Lanes;

/// <summary>Rows of numbers as a table expression <c>v</c>, for an UPDATE of many rows.</summary>
/// <param name="columns">Their names.</param>
/// <param name="type">Their SQL type; it has to be said, since a null has none.</param>
sealed class Values(IReadOnlyList<string> columns, string type)
{
    readonly StringBuilder _sql = new($"WITH v ({string.Join(", ", columns)}) AS (VALUES ");
    int _count;

    public DynamicParameters Parameters { get; } = new();

    public string Sql => _sql + ")";

    public void Add(params IReadOnlyList<long?> values)
    {
        _sql.Append(_count == 0 ? "(" : ", (");
        for (var i = 0; i < values.Count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"p{_count}_{i}");
            _sql.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ", ")}CAST(@{name} AS {type})");
            Parameters.Add(name, values[i], System.Data.DbType.Int64);
        }

        _sql.Append(')');
        _count++;
    }
}
