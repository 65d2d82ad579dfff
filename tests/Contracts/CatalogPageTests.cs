using EventBus.Contracts;

namespace EventBus.Tests.Contracts;

/// <summary>docs/catalog.md is written from the catalog. To write it anew: <c>EVENTBUS_WRITE_GENERATED=1 ./test.sh --filter FullyQualifiedName~CatalogPageTests</c>.</summary>
public sealed class CatalogPageTests
{
    [Fact]
    public Task The_page_is_that_of_the_catalog_and_the_contracts() => GeneratedFile.IsUpToDateAsync("docs/catalog.md", CatalogPage.Generate());

    /// <summary>A name of one command stands under that of all of them.</summary>
    [Fact]
    public void Every_name_and_type_stands_on_it()
    {
        var page = CatalogPage.Generate();

        Assert.All(Catalog.Events, e =>
        {
            var (name, type) = e.IsSent && EventSample.Of(e) is CommandEvent { Command: not CommandEvent.AnyCommand and var command }
                ? (e.Name.Replace($"{command.ToUpperInvariant()}_COMMAND", "<COMMAND>_COMMAND", StringComparison.Ordinal), e.Type.Replace($".{command}.", ".<command>.", StringComparison.Ordinal))
                : (e.Name, e.Type);
            Assert.Contains($"`{name}`", page, StringComparison.Ordinal);
            Assert.Contains($"`{type}`", page, StringComparison.Ordinal);
        });
        Assert.All(Catalog.Events.Select(EventSample.Of).OfType<CommandEvent>().Where(c => c.Command != CommandEvent.AnyCommand), c => Assert.Contains($"`{c.Command}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_note_is_of_something_that_the_catalog_has()
    {
        var notes = Catalog.Senders.SelectMany(s => s.Notes.Select(n => (Sender: s, Note: n))).ToList();

        Assert.NotEmpty(notes);
        Assert.All(notes, n => Assert.Contains(
            n.Sender.Events, e => (n.Note.Family is null || e.Family.Word == n.Note.Family) && (n.Note.Shape is null || e.Shape == n.Note.Shape)));
    }
}
