using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventBus.Consumers.Workflows.Definitions;
using EventBus.Tests.Contracts;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Workflows;

/// <summary>Workflows in files: what is valid, and what is said of what is not.</summary>
public sealed class DefinitionTests
{
    const string Small = """
        name: small
        when: {events: [a.order.created]}
        then:
          - end: enough
        """;

    [Fact]
    public void The_documented_workflows_are_valid()
    {
        var files = WorkflowFiles.Read([Repository.PathTo("deploy/workflows")]);

        Assert.Empty(files.Errors);
        Assert.Equal(["prescription-fulfilled", "requirements-reminder", "welcome"], files.Workflows.Select(f => f.Workflow.Name));
        Assert.All(files.Workflows, f => Assert.All(f.Workflow.When.Events, p => Assert.True(p.MatchesKnownEvent(), p.Text)));
        Assert.Empty(Definitions.Errors("example.json", WorkflowReader.Example));
    }

    [Fact]
    public async Task The_documentation_shows_the_files()
    {
        var page = await File.ReadAllTextAsync(Repository.PathTo("docs/workflows.md"), TestContext.Current.CancellationToken);
        Assert.All(Directory.GetFiles(Repository.PathTo("deploy/workflows")), file => Assert.Contains($"```yaml\n{File.ReadAllText(file)}```", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Yaml_and_json_of_the_same_workflow_are_the_same_definition()
    {
        const string Yaml = """
            # a comment
            name: same
            enabled: True
            when:
              events: [a.order.created, "b.order.#"]
              where:
                all:
                  - {path: trigger.data.total, moreThan: 1.50e1}
                  - {path: trigger.data.count, in: [1, -2, 0x1F, 0o17, +7, 007, .5, 1.]}
                  - {path: trigger.data.code, equals: '12'}
                  - {path: trigger.data.plain, equals: yes}
                  - not: {path: trigger.data.gone, exists: false}
            then:
              - send:
                  endpoint: mailer
                  body:
                    text: >-
                      folded
                      text
                    block: |
                      two
                      lines
                    nothing: ~
                    none:
                    "quoted": "a\tb"
                    list: [true, null, "null", {}, []]
            """;
        const string Json = """
            {"name":"same","enabled":true,"when":{"events":["a.order.created","b.order.#"],"where":{"all":[
              {"path":"trigger.data.total","moreThan":1.50e1},{"path":"trigger.data.count","in":[1,-2,31,15,7,7,0.5,1]},{"path":"trigger.data.code","equals":"12"},
              {"path":"trigger.data.plain","equals":"yes"},{"not":{"path":"trigger.data.gone","exists":false}}]}},
              "then":[{"send":{"endpoint":"mailer","body":{"text":"folded text","block":"two\nlines\n","nothing":null,"none":null,"quoted":"a\tb","list":[true,null,"null",{},[]]}}}]}
            """;

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Definitions.Body("w.json", Json)), JsonNode.Parse(Definitions.Body("w.yaml", Yaml))));
        Assert.Equal(Definitions.Read(Definitions.Body("w.json", Json)).Hash, Definitions.Read(Definitions.Body("w.json", Json)).Hash);
    }

    [Fact]
    public void Every_error_is_told_at_once_with_its_path_and_what_is_valid()
    {
        var errors = Definitions.Errors("wrong.yaml", """
            name: has spaces
            enabled: maybe
            color: red
            when:
              events: ["a..b"]
              where: {path: data.status, equals: [1]}
            then:
              - wait: {until: {where: {path: event.data.x, exists: 1}}, timeout: 3 days}
              - wait: {for: 1s}
                arrived: [{end: never}]
              - send: {endpoint: mailer, body: "{{event.data.x}} {{nothing}}"}
              - publish: {type: eventbus.order.created, data: {}}
              - branch:
                  - else: [{end: first}]
                  - if: {path: trigger.data.x, equals: 1, lessThan: 2}
                    then: []
              - sent: {}
              - {end: a, send: {endpoint: m, body: 1}}
            """);

        string[] expected =
        [
            "wrong.yaml: name is not 1 to 64 letters", "wrong.yaml: enabled is neither true nor false", "wrong.yaml: color is not known here; the entries are name, when, then, enabled",
            "wrong.yaml: when.events[0] is no pattern", "wrong.yaml: when.where.path is no path", "wrong.yaml: when.where.equals is neither a text",
            "wrong.yaml: then[0].wait.until.events is missing; for example {events: [", "wrong.yaml: then[0].wait.timeout is not a time of 1s to 365d",
            "wrong.yaml: then[1].arrived stands beside a wait that no event ends", "wrong.yaml: then[2].send.body has a placeholder that is not", "wrong.yaml: then[3].publish.type is no type of an event of your own",
            "wrong.yaml: then[4].branch[0] is not behind the other cases", "wrong.yaml: then[4].branch[1].if has more than one test", "wrong.yaml: then[4].branch[1].then is not a list with at least one item",
            "wrong.yaml: then[5] is no step", "wrong.yaml: then[6] is more than one step",
        ];
        Assert.All(expected, e => Assert.Contains(errors, found => found.StartsWith(e, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, errors.Count);
    }

    [Theory]
    [InlineData("a: &x 1\nb: *x", "line 1")]
    [InlineData("a: *x", "alias")]
    [InlineData("a: !!str 1", "tag")]
    [InlineData("a: !custom {}", "tag")]
    [InlineData("a: 1\n---\nb: 2", "second document")]
    [InlineData("a: 1\na: 2", "'a' a second time")]
    [InlineData("? [a]\n: 1", "key that is no text")]
    [InlineData("a: .inf", "JSON does not know")]
    [InlineData("a: [1", "line ")]
    [InlineData("a: \"\\ud800\"\nb: \t- x", "line ")]
    [InlineData("", "is not a set of entries")]
    [InlineData("just text", "is not a set of entries")]
    public void Yaml_that_is_none_or_too_much_is_refused(string text, string expected) => Assert.Contains(expected, Assert.Single(Definitions.Errors("w.yaml", text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"name\":", "is no JSON")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\"}", "has an entry twice")]
    [InlineData("{\"name\":\"\\ud800\",\"when\":{\"events\":[\"a.b.c\"]},\"then\":[{\"end\":\"x\"}]}", "surrogate")]
    public void Json_that_is_none_is_refused(string text, string expected) => Assert.Contains(expected, Assert.Single(Definitions.Errors("w.json", text)), StringComparison.Ordinal);

    [Fact]
    public void What_is_too_large_too_deep_or_too_many_is_refused()
    {
        Assert.Contains("larger than 256 KiB", Assert.Single(Definitions.Errors("w.yaml", $"{Small}\n#{new string('x', 256 * 1024)}")), StringComparison.Ordinal);
        Assert.Contains("too deep", Assert.Single(Definitions.Errors("w.yaml", $"a: {Nest("[", 20_000)}")), StringComparison.Ordinal);
        Assert.Contains("deeper", Assert.Single(Definitions.Errors("w.json", Nest("[", 20_000))), StringComparison.Ordinal);
        Assert.Contains("more than 100", Assert.Single(ErrorsOf(Repeat("{\"end\":\"x\"}", 101))), StringComparison.Ordinal);
        Assert.Contains(ErrorsOf(Repeat("{\"branch\":[{\"if\":{\"path\":\"trigger.id\",\"exists\":true},\"then\":[{\"end\":\"x\"}]}]}", 60)), e => e.Contains("more than 100 steps", StringComparison.Ordinal));
        var steps = Enumerable.Range(0, 9).Aggregate("{\"end\":\"x\"}", (inner, _) => $$$"""{"branch":[{"if":{"path":"trigger.id","exists":true},"then":[{{{inner}}}]}]}""");
        Assert.Contains("deeper than 8 lists", Assert.Single(ErrorsOf($"[{steps}]"), e => e.Contains("deeper", StringComparison.Ordinal)), StringComparison.Ordinal);
        var condition = Enumerable.Range(0, 9).Aggregate("{\"path\":\"trigger.id\",\"exists\":true}", (inner, _) => $$$"""{"not":{{{inner}}}}""");
        Assert.Contains(ErrorsOf($$"""[{"branch":[{"if":{{condition}},"then":[{"end":"x"}]}]}]"""), e => e.Contains("deeper than 8 conditions", StringComparison.Ordinal));
        var placeholders = JsonSerializer.Serialize(string.Concat(Enumerable.Repeat("{{trigger.id}}", 201)));
        Assert.Contains("more than 200 placeholders", Assert.Single(ErrorsOf($$$"""[{"send":{"endpoint":"m","body":{{{placeholders}}}}}]""")), StringComparison.Ordinal);
        Assert.Contains(ErrorsOf(Repeat("""{"wait":{"until":{"events":["a.b.c"]},"timeout":"1h"}}""", 21)), e => e.Contains("more than 20 waits", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_workflows_of_one_name_are_an_error()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(Path.Combine(directory.FullName, "a.yaml"), Small);
        File.WriteAllText(Path.Combine(directory.FullName, "b.yml"), Small);
        File.WriteAllText(Path.Combine(directory.FullName, "notes.txt"), "not read");

        Assert.Contains("b.yml: name is that of", Assert.Single(WorkflowFiles.Read([directory.FullName]).Errors).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3d", 3 * 24 * 60 * 60)]
    [InlineData("2h30m", 9000)]
    [InlineData("90s", 90)]
    [InlineData("1d1h1m1s", 90061)]
    [InlineData("365d", 365 * 24 * 60 * 60)]
    public void A_duration_is_days_hours_minutes_and_seconds(string text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Duration.Read(text));

    [Theory]
    [InlineData("")]
    [InlineData("0s")]
    [InlineData("3")]
    [InlineData("d")]
    [InlineData("1m1h")]
    [InlineData("1h1h")]
    [InlineData("1 h")]
    [InlineData("-1h")]
    [InlineData("1.5h")]
    [InlineData("366d")]
    [InlineData("365d1s")]
    [InlineData("99999999999d")]
    [InlineData("00:30:00")]
    public void Anything_else_is_none(string text) => Assert.Null(Duration.Read(text));

    [Fact]
    public void The_event_of_a_wait_is_seen_behind_it_only()
    {
        const string Send = """{"send":{"endpoint":"m","body":"{{event.data.x}}"}}""";
        Assert.Contains("no wait until an event stands before it", Assert.Single(ErrorsOf($"[{Send}]")), StringComparison.Ordinal);
        Assert.Empty(ErrorsOf($$$"""[{"wait":{"until":{"events":["a.b.c"]},"timeout":"1h"}},{{{Send}}}]"""));
    }

    static IReadOnlyList<string> ErrorsOf(string then) => Definitions.Errors("w.json", $$$"""{"name":"w","when":{"events":["a.b.c"]},"then":{{{then}}}}""");

    static string Repeat(string item, int count) => $"[{string.Join(',', Enumerable.Repeat(item, count))}]";

    static string Nest(string open, int depth) => new StringBuilder().Insert(0, open, depth).Append(']', depth).ToString();
}
