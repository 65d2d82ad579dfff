using System.Data;
using System.Globalization;
using System.Text;
using Dapper;

namespace EventBus.Delivery.Lanes;

/// <summary>The columns and values of an INSERT of many rows.</summary>
sealed class Rows(IReadOnlyList<string> columns)
{
    /// <summary>Rows in one statement; SQLite takes 32,766 parameters.</summary>
    public const int Chunk = 200;

    readonly StringBuilder _sql = new($"({string.Join(", ", columns)}) VALUES ");
    int _count;

    public DynamicParameters Parameters { get; } = new();

    public string Sql => _sql.ToString();

    public void Add(params IReadOnlyList<object?> values)
    {
        _sql.Append(_count == 0 ? "(" : ", (");
        for (var i = 0; i < values.Count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"p{_count}_{i}");
            _sql.Append(i == 0 ? "@" : ", @").Append(name);
            Parameters.Add(name, values[i], values[i] is null && columns[i] == "body" ? DbType.Binary : null);
        }

        _sql.Append(')');
        _count++;
    }
}
