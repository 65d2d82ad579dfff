using EventBus.Contracts;
using FsCheck;
using FsCheck.Fluent;

namespace EventBus.Tests.Contracts;

/// <summary>Patterns mean what they mean in RabbitMQ's topic exchanges, on every transport.</summary>
public sealed class TypePatternTests
{
    [Theory]
    [InlineData("canvas.appointment.canceled", "canvas.appointment.canceled", true)]
    [InlineData("canvas.appointment.*", "canvas.appointment.canceled", true)]
    [InlineData("canvas.appointment.*", "canvas.appointment", false)]
    [InlineData("canvas.appointment.*", "canvas.appointment.label.added", false)]
    [InlineData("canvas.appointment.#", "canvas.appointment", true)]
    [InlineData("canvas.appointment.#", "canvas.appointment.label.added", true)]
    [InlineData("*.appointment.#", "careportals.appointment.created", true)]
    [InlineData("*.appointment.#", "careportals.order.created", false)]
    [InlineData("#", "anything", true)]
    [InlineData("#.created", "created", true)]
    [InlineData("#.created", "canvas.task.created", true)]
    [InlineData("#.task.#.created", "canvas.task.task.label.created", true)]
    [InlineData("Canvas.appointment.#", "canvas.appointment.created", false)]
    public void A_star_is_one_word_and_a_hash_any_number(string pattern, string type, bool matches) =>
        Assert.Equal(matches, Assert.Single(TypePattern.Read(pattern)).Matches(type));

    [Fact]
    public void Patterns_match_as_the_definition_says() => Always.Holds(
        Patterns.Zip(Types, (pattern, type) => (pattern, type)),
        pair => Assert.Equal(Matches(pair.pattern.Split('.'), pair.type.Split('.')), Assert.Single(TypePattern.Read(pair.pattern)).Matches(pair.type)),
        tests: 5000);

    /// <summary>A queue is bound in the exchanges of these families only; a family left out would be events lost.</summary>
    [Fact]
    public void The_families_of_a_pattern_have_every_type_that_it_matches() => Always.Holds(
        Patterns.Zip(Types, (pattern, type) => (pattern, type)),
        pair =>
        {
            var pattern = Assert.Single(TypePattern.Read(pair.pattern));
            if (pattern.Matches(pair.type))
            {
                Assert.Contains(Family.Of(pair.type), pattern.Families);
            }
        },
        tests: 5000);

    [Theory]
    [InlineData("canvas.appointment.#", "appointment")]
    [InlineData("*.command.prescribe.*", "command")]
    [InlineData("canvas.something_new.#", "unclassified")]
    [InlineData("canvas", "unclassified")]
    public void A_pattern_that_names_a_family_needs_no_other(string pattern, string family) =>
        Assert.Equal(family, Assert.Single(Assert.Single(TypePattern.Read(pattern)).Families).Word);

    [Theory]
    [InlineData("#")]
    [InlineData("canvas.#")]
    [InlineData("*.*.created")]
    [InlineData("#.created")]
    public void A_pattern_that_leaves_the_family_open_needs_them_all(string pattern) =>
        Assert.Equal(Family.All, Assert.Single(TypePattern.Read(pattern)).Families);

    [Theory]
    [InlineData("APPOINTMENT_CANCELED", "canvas.appointment.canceled")]
    [InlineData("PRESCRIBE_COMMAND__POST_COMMIT", "canvas.command.prescribe.post_commit")]
    [InlineData("order.created", "careportals.order.created")]
    [InlineData("prescription.fulfilled", "careportals.prescription.fulfillment")]
    [InlineData("hospitalizations.discharged", "smartflowsheet.hospitalization.discharged_batch")]
    public void A_senders_own_name_stands_for_its_type(string name, string type) => Assert.Equal([type], TypePattern.Read(name).Select(p => p.Text));

    [Fact]
    public void Every_name_of_the_catalog_can_be_responded_to() => Assert.All(
        Catalog.Events.Where(e => !e.IsFlag),
        e => Assert.Contains(TypePattern.Read(e.Name), p => p.Matches(e.Type)));

    /// <summary>"created" is no name of an event; as a pattern it would match the type "created" only.</summary>
    [Fact]
    public void A_flag_of_a_notification_is_no_name() => Assert.Equal(["created"], TypePattern.Read("created").Select(p => p.Text));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("canvas..created")]
    [InlineData(".canvas")]
    [InlineData("canvas.")]
    [InlineData("canvas.app*")]
    [InlineData("canvas.##")]
    [InlineData("canvas.#x")]
    [InlineData("canvas. appointment")]
    [InlineData("canvas.appoint\u0000ment")]
    [InlineData("canvas.appointment\n")]
    public void What_is_no_pattern_is_refused_with_an_example(string text)
    {
        var error = Assert.Throws<FormatException>(() => TypePattern.Read(text));

        Assert.Contains("for example canvas.appointment.#", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_is_a_routing_key_so_it_has_255_bytes_at_most()
    {
        Assert.Single(TypePattern.Read(new string('x', 255)));
        Assert.Throws<FormatException>(() => TypePattern.Read(new string('x', 256)));
        Assert.Throws<FormatException>(() => TypePattern.Read(new string('\u00e9', 128)));
    }

    [Theory]
    [InlineData("canvas.appointment.#", true)]
    [InlineData("*.treatment.#", true)]
    [InlineData("canvas.apointment.#", false)]
    [InlineData("canvas.appointment.cancelled", false)]
    public void A_pattern_tells_whether_it_matches_anything_known(string pattern, bool known) =>
        Assert.Equal(known, Assert.Single(TypePattern.Read(pattern)).MatchesKnownEvent());

    /// <summary>Few words, so that patterns and types meet often; a family's among them.</summary>
    static Gen<string> Types { get; } = Words("canvas", "appointment", "order", "x");

    static Gen<string> Patterns { get; } = Words("canvas", "appointment", "order", "x", "*", "*", "#", "#");

    static Gen<string> Words(params string[] words) =>
        from count in Gen.Choose(1, 6)
        from chosen in Gen.Elements(words).ListOf(count)
        select string.Join('.', chosen);

    /// <summary>AMQP 0-9-1, 3.1.3.3, word for word.</summary>
    static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> type) => pattern switch
    {
        [] => type.IsEmpty,
        ["#", .. var rest] => Matches(rest, type) || (!type.IsEmpty && Matches(pattern, type[1..])),
        ["*", .. var rest] => !type.IsEmpty && Matches(rest, type[1..]),
        [var word, .. var rest] => !type.IsEmpty && word == type[0] && Matches(rest, type[1..]),
    };

    [Theory]
    [InlineData("*.treatment.#", "smartflowsheet.treatment.record_entered", true)]
    [InlineData("#", "a.b", true)]
    [InlineData("a.#", "#.z", true)]
    [InlineData("a.*", "*.b", true)]
    [InlineData("a.#.b", "a.b", true)]
    [InlineData("#.a.#", "b.#.c", true)]
    [InlineData("a.*", "a", false)]
    [InlineData("a.#", "b.#", false)]
    [InlineData("a.b", "a.c", false)]
    [InlineData("*.b.#", "a.c.#", false)]
    public void Two_patterns_overlap_where_a_type_can_match_both(string a, string b, bool overlap)
    {
        var (first, second) = (TypePattern.Read(a)[0], TypePattern.Read(b)[0]);

        Assert.Equal((overlap, overlap), (first.Overlaps(second), second.Overlaps(first)));
    }
}
