namespace EventBus.Contracts;

/// <summary>What a reader of a sender's events should know, and no sample can show.</summary>
/// <param name="Kind">What kind of note it is.</param>
/// <param name="Text">In a sentence.</param>
/// <param name="Family">The family's word, where it is of one family only.</param>
/// <param name="Shape">The form of the payload, where it is of one form only.</param>
sealed record CatalogNote(CatalogNoteKind Kind, string Text, string? Family = null, string? Shape = null);

/// <summary>The kinds of notes.</summary>
enum CatalogNoteKind
{
    /// <summary>The sender does not tell it, or it is removed.</summary>
    Lost,

    /// <summary>The bus adds it, or the sender tells more than others.</summary>
    Added,

    /// <summary>A peculiarity.</summary>
    Mind,
}
