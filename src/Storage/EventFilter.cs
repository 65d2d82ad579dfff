using System.Text.Json.Serialization;
using Dapper;
using EventBus.Contracts;

namespace EventBus.Storage;

/// <summary>Selects archived events; what is null asks for nothing.</summary>
public sealed record EventFilter
{
    readonly IReadOnlyList<TypePattern> _patterns = [];

    /// <summary>The event's id, letter for letter.</summary>
    public string? Id { get; init; }

    /// <summary>A pattern over types, a type, or a sender's name for one, as consumers ask for them.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public string? Type
    {
        get;
        init
        {
            field = value;
            _patterns = value is null ? [] : TypePattern.Read(value);
        }
    }

    /// <summary>The family's word.</summary>
    public string? Family { get; init; }

    /// <summary>The event's source.</summary>
    public string? Source { get; init; }

    /// <summary>The clinic or instance.</summary>
    public string? Tenant { get; init; }

    /// <summary>What the event is about.</summary>
    public string? Subject { get; init; }

    /// <summary>Accepted at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Accepted before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The name of the key that it was sent with.</summary>
    public string? Publisher { get; init; }

    /// <summary>Whether no consumer had asked for it.</summary>
    public bool? Unrouted { get; init; }

    /// <summary>What became of it at one consumer or endpoint at least.</summary>
    public DeliveryState? Outcome { get; init; }

    /// <summary>Only types that match one of these: what a consumer or endpoint asks for, none of which is nothing. Null: no matter who asks.</summary>
    [JsonIgnore]
    public IReadOnlyList<TypePattern>? AskedBy { get; init; }

    /// <summary>Whether a type is among those selected. SQL narrows patterns down; this decides.</summary>
    internal bool Matches(string type) => (_patterns.Count == 0 || _patterns.Any(p => p.Matches(type))) && AskedBy?.Any(p => p.Matches(type)) != false;

    /// <summary>Whether SQL narrows patterns down and code decides.</summary>
    internal bool IsForCode => ((IReadOnlyList<TypePattern>)[.. _patterns, .. AskedBy ?? []]).Any(p => !IsType(p));

    /// <summary>The conditions, as far as SQL can tell.</summary>
    internal string Where(DynamicParameters parameters, string table = "")
    {
        var (indexed, rest) = Conditions(parameters, table);
        return $"{indexed} AND {rest}";
    }

    /// <summary>The conditions, as far as SQL can tell: those that an index of events leads to, and the others.</summary>
    internal (string Indexed, string Others) Conditions(DynamicParameters parameters, string table = "")
    {
        List<string> indexed = ["1 = 1"], rest = ["1 = 1"];
        void Add(List<string> conditions, string condition, string name, object? value)
        {
            if (value is not null)
            {
                conditions.Add(table + condition);
                parameters.Add(name, value);
            }
        }

        Add(indexed, "id = @id", "id", Id);
        Add(indexed, "subject = @subject", "subject", Subject);
        Add(indexed, "accepted_at >= @from", "from", From?.ToUnixTimeMilliseconds());
        Add(indexed, "accepted_at < @to", "to", To?.ToUnixTimeMilliseconds());
        if (Unrouted is { } unrouted)
        {
            // Not as a parameter: the index has only those that are.
            (unrouted ? indexed : rest).Add($"{table}unrouted = {(unrouted ? 1 : 0)}");
        }

        Add(rest, "family = @family", "family", Family);
        Add(rest, "source = @source", "source", Source);
        Add(rest, "tenant = @tenant", "tenant", Tenant);
        Add(rest, "publisher = @publisher", "publisher", Publisher);
        if (Outcome is { } outcome)
        {
            // Event by event, which is known to cost little; EXISTS may be turned into a walk through all deliveries.
            rest.Add("(SELECT min(o.state) FROM deliveries o WHERE o.event_key = events.event_key AND o.state = @outcome) IS NOT NULL");
            parameters.Add("outcome", (int)outcome);
        }

        foreach (var (patterns, name) in (ReadOnlySpan<(IReadOnlyList<TypePattern>?, string)>)[(_patterns.Count > 0 ? _patterns : null, "type"), (AskedBy, "asked")])
        {
            if (patterns is not null)
            {
                (patterns is [var only] && IsType(only) ? indexed : rest).Add(
                    patterns.Count == 0 ? "1 = 0" : $"({string.Join(" OR ", patterns.Select((p, i) => Narrow(p, $"{name}{i}", parameters, table)))})");
            }
        }

        return (string.Join(" AND ", indexed), string.Join(" AND ", rest));
    }

    static bool IsType(TypePattern pattern) => !pattern.Text.Split('.').Any(w => w is "*" or "#");

    static string Narrow(TypePattern pattern, string name, DynamicParameters parameters, string table)
    {
        var words = pattern.Text.Split('.');
        var literal = words.TakeWhile(w => w is not ("*" or "#")).ToList();
        if (IsType(pattern))
        {
            parameters.Add(name, pattern.Text);
            return $"{table}type = @{name}";
        }

        // A # may stand for no word at all, so the dot before it is not asked for.
        parameters.Add(name, string.Join('.', literal).Replace(@"\", @"\\", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal) + "%");
        var families = pattern.Families.Select((f, i) => (Word: f.Word, Name: $"{name}f{i}")).ToList();
        if (families.Count == Contracts.Family.All.Count)
        {
            return $@"{table}type LIKE @{name} ESCAPE '\'";
        }

        families.ForEach(f => parameters.Add(f.Name, f.Word));
        return $@"({table}type LIKE @{name} ESCAPE '\' AND {table}family IN ({string.Join(", ", families.Select(f => "@" + f.Name).DefaultIfEmpty("''"))}))";
    }
}
