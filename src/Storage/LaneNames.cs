namespace EventBus.Storage;

/// <summary>Lanes are called by their consumer and partition: <c>appointments/0</c>.</summary>
static class LaneNames
{
    /// <summary>The SQL condition that a lane is one of a consumer's. Not LIKE, to which an underscore in a name means any character.</summary>
    /// <param name="consumer">The consumer's name, as an SQL expression.</param>
    /// <param name="lane">The lane's name, as one.</param>
    public static string AreOf(string consumer, string lane) => $"substr({lane}, 1, length({consumer}) + 1) = {consumer} || '/'";
}
