using System.Text.Json;
using EventBus.Consumers.Workflows.Definitions;
using EventBus.Consumers.Workflows.Expressions;
using EventBus.Contracts;

namespace EventBus.Tests.Workflows;

/// <summary>Conditions and templates see the data of events, and nothing else.</summary>
public sealed class ExpressionTests
{
    const string Data = """
        {"_id":"o1","status":"paid","total":64,"price":64.00,"small":0.5,"gift":true,"note":null,"empty":"","at":"2031-02-10T08:00:00Z","customer":{"_id":"c1","tags":["a"]},
         "customer.flat":"f","items":[{"sku":"s"},{"sku":"s"}],"mixed":[{"sku":"s"},{"sku":"t"}],"context":"{\"inner\":{\"x\":1}}","bad":"\ud800"}
        """;

    static readonly Scope Scope = new(
        new UnclassifiedEvent { Id = "e1", Source = "careportals", Type = "careportals.order.created", Subject = "c1", Tenant = "clinic", Data = JsonElement.Parse(Data) }.Classify(),
        new UnclassifiedEvent { Id = "e2", Source = "careportals", Type = "careportals.order.shipped", Data = JsonElement.Parse("""{"_id":"o1"}""") }.Classify());

    [Theory]
    [InlineData("""{"path":"trigger.data.status","equals":"paid"}""", true)]
    [InlineData("""{"path":"trigger.data.status","equals":"Paid"}""", false)]
    [InlineData("""{"path":"trigger.data.total","equals":64.0}""", true)]
    [InlineData("""{"path":"trigger.data.total","equals":"64"}""", false)]
    [InlineData("""{"path":"trigger.data.gift","equals":true}""", true)]
    [InlineData("""{"path":"trigger.data.gift","equals":false}""", false)]
    [InlineData("""{"path":"trigger.data.total","equals":{"path":"trigger.data.price"}}""", true)]
    [InlineData("""{"path":"event.data._id","equals":{"path":"trigger.data._id"}}""", true)]
    [InlineData("""{"path":"trigger.data.nothing","equals":{"path":"trigger.data.none"}}""", false)]
    [InlineData("""{"path":"trigger.data.customer","equals":{"path":"trigger.data.customer"}}""", false)]
    [InlineData("""{"path":"trigger.data.bad","equals":"x"}""", false)]
    [InlineData("""{"path":"trigger.data.status","in":["new","paid"]}""", true)]
    [InlineData("""{"path":"trigger.data.status","in":["new",1]}""", false)]
    [InlineData("""{"path":"trigger.data.note","exists":true}""", false)]
    [InlineData("""{"path":"trigger.data.empty","exists":true}""", true)]
    [InlineData("""{"path":"trigger.data.gone.deeper","exists":false}""", true)]
    [InlineData("""{"path":"trigger.data.customer.tags","exists":true}""", true)]
    [InlineData("""{"path":"trigger.data.total","moreThan":63.9}""", true)]
    [InlineData("""{"path":"trigger.data.total","moreThan":64}""", false)]
    [InlineData("""{"path":"trigger.data.total","atLeast":64}""", true)]
    [InlineData("""{"path":"trigger.data.small","lessThan":1}""", true)]
    [InlineData("""{"path":"trigger.data.total","atMost":64}""", true)]
    [InlineData("""{"path":"trigger.data.at","lessThan":"2031-02-10T09:30:00+01:00"}""", true)]
    [InlineData("""{"path":"trigger.data.status","moreThan":"a"}""", false)]
    [InlineData("""{"path":"trigger.data.gone","lessThan":1}""", false)]
    [InlineData("""{"path":"trigger.data.customer.flat","equals":"f"}""", true)]
    [InlineData("""{"path":"trigger.data.items[].sku","equals":"s"}""", true)]
    [InlineData("""{"path":"trigger.data.mixed[].sku","exists":true}""", false)]
    [InlineData("""{"path":"trigger.data.context.inner.x","equals":1}""", true)]
    [InlineData("""{"path":"trigger.tenant","equals":"clinic"}""", true)]
    [InlineData("""{"path":"trigger.nativetype","exists":false}""", true)]
    [InlineData("""{"path":"event.type","equals":"careportals.order.shipped"}""", true)]
    [InlineData("""{"path":"event.subject","exists":true}""", false)]
    [InlineData("""{"all":[{"path":"trigger.id","equals":"e1"},{"path":"trigger.source","equals":"careportals"}]}""", true)]
    [InlineData("""{"all":[{"path":"trigger.id","equals":"e1"},{"path":"trigger.id","equals":"e2"}]}""", false)]
    [InlineData("""{"any":[{"path":"trigger.id","equals":"e2"},{"path":"trigger.id","equals":"e1"}]}""", true)]
    [InlineData("""{"not":{"any":[{"path":"trigger.id","equals":"e2"},{"path":"trigger.id","equals":"e1"}]}}""", false)]
    public void A_condition_holds(string condition, bool expected) => Assert.Equal(expected, ReadCondition(condition).Holds(Scope));

    [Theory]
    [InlineData("data.status")]
    [InlineData("trigger")]
    [InlineData("trigger.secret")]
    [InlineData("trigger.id.x")]
    [InlineData("trigger.data.")]
    [InlineData("trigger.data.items[]")]
    [InlineData("env.PATH")]
    [InlineData("/etc/passwd")]
    public void What_does_not_lead_into_an_event_is_no_path(string path) => Assert.Null(ValuePath.Read(path));

    [Theory]
    [InlineData("\"{{trigger.data.total}}\"", "64")]
    [InlineData("\"{{ trigger.data.customer }}\"", """{"_id":"c1","tags":["a"]}""")]
    [InlineData("\"{{trigger.data.gift}}\"", "true")]
    [InlineData("\"order {{trigger.data._id}} of {{trigger.data.total}}: {{trigger.data.gift}}\"", "\"order o1 of 64: true\"")]
    [InlineData("\"{{trigger.data.empty}}\"", "\"\"")]
    [InlineData("\"{{trigger.data.note?}}\"", "null")]
    [InlineData("\"dear {{trigger.data.name?}}!\"", "\"dear !\"")]
    [InlineData("\"{{trigger.data.name?patient}}\"", "\"patient\"")]
    [InlineData("\"dear {{trigger.data.name?patient}}!\"", "\"dear patient!\"")]
    [InlineData("""{"a":[1,{"b":"{{event.id}}"},null],"c":"plain } text"}""", """{"a":[1,{"b":"e2"},null],"c":"plain } text"}""")]
    [InlineData("\"{{trigger.data.status}} {{trigger.data.status}}\"", "\"paid paid\"")]
    public void A_template_takes_values_with_their_types(string template, string expected) => Assert.Equal(expected, ReadTemplate(template).Render(Scope).GetRawText());

    [Theory]
    [InlineData("\"{{trigger.data.gone}}\"", "trigger.data.gone has no value")]
    [InlineData("\"a {{trigger.data.note}}\"", "trigger.data.note has no value")]
    [InlineData("\"a {{trigger.data.customer}}\"", "trigger.data.customer is a list or an object")]
    [InlineData("\"a {{trigger.data.bad}}\"", "trigger.data.bad is no valid text")]
    public void A_value_that_is_missing_or_does_not_fit_fails_the_step_and_is_not_told(string template, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<StepFailedException>(() => ReadTemplate(template).Render(Scope)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{trigger.id")]
    [InlineData("{{}}")]
    [InlineData("{{trigger.id | upper}}")]
    [InlineData("{{process.exit()}}")]
    [InlineData("{{#each}}")]
    public void Nothing_but_values_can_be_put_in(string text) => Assert.Null(PlaceholderText.Read(text));

    [Fact]
    public void What_comes_of_a_template_has_a_limit()
    {
        static Scope Of(string data) => new(new UnclassifiedEvent { Source = "s", Type = "a.b.c", Data = JsonElement.Parse(data, new JsonDocumentOptions { MaxDepth = 300 }) }, null);
        var large = Of($$"""{"x":"{{new string('x', 90_000)}}"}""");
        foreach (var template in (string[])["""["{{trigger.data.x}}","{{trigger.data.x}}","{{trigger.data.x}}"]""", "\"{{trigger.data.x}}{{trigger.data.x}}{{trigger.data.x}}\""])
        {
            Assert.Contains("larger than 256 KiB", Assert.Throws<StepFailedException>(() => ReadTemplate(template).Render(large)).Message, StringComparison.Ordinal);
        }

        var deep = Of($"{new string('[', 140)}{new string(']', 140)}");
        Assert.Contains("deeper than 128", Assert.Throws<StepFailedException>(() => ReadTemplate("\"{{trigger.data}}\"").Render(deep)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_of_a_payload_is_never_read_as_a_template()
    {
        var scope = new Scope(new UnclassifiedEvent { Source = "s", Type = "a.b.c", Subject = "secret", Data = JsonElement.Parse("""{"x":"{{trigger.subject}}\"}"}""") }, null);

        Assert.Equal("{{trigger.subject}}\"}", ReadTemplate("\"{{trigger.data.x}}\"").Render(scope).GetString());
        Assert.Equal("a {{trigger.subject}}\"}", ReadTemplate("\"a {{trigger.data.x}}\"").Render(scope).GetString());
    }

    static Condition ReadCondition(string json) => Read(json, (reader, node) => reader.ReadCondition(node))!;

    static Template ReadTemplate(string json) => Read(json, (reader, node) => reader.ReadTemplate(node))!;

    static T Read<T>(string json, Func<ExpressionReader, DefinitionNode, T> read)
    {
        var errors = new List<string>();
        var result = read(new ExpressionReader { SeesEvent = true }, new DefinitionNode(JsonElement.Parse(json), "", (path, detail) => errors.Add($"{path} {detail}")));
        Assert.Empty(errors);
        return result;
    }
}
