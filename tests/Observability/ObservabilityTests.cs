using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using EventBus.Tests.Contracts;
using EventBus.Tests.ServiceDefaults;

namespace EventBus.Tests.Observability;

/// <summary>The alert rules and dashboards of <c>deploy/observability</c>: Prometheus takes them, the rules raise what they should, and they ask for nothing that hosts do not export.</summary>
public sealed partial class ObservabilityTests
{
    static readonly HashSet<string> Words = new(["and", "or", "unless", "bool", "on", "ignoring", "by", "without", "sum", "max", "min", "avg"], StringComparer.Ordinal);

    /// <summary>Of metrics, and those that Prometheus adds.</summary>
    static readonly HashSet<string> Labels = new([.. MetricTable.Rows.SelectMany(r => r.Labels.Split(", ")).Select(l => l.Replace('.', '_')), "le", "job", "instance"], StringComparer.Ordinal);

    static readonly HashSet<string> Series = new(MetricTable.Rows.SelectMany(r => r.Series), StringComparer.Ordinal);

    public static TheoryData<string> Dashboards => [.. Directory.GetFiles(Repository.PathTo("deploy/observability/grafana/dashboards")).Select(f => Path.GetFileName(f))];

    static string Rules => File.ReadAllText(Repository.PathTo("deploy/observability/rules.yaml"));

    [Theory]
    [InlineData("check", "rules", "rules.yaml")]
    [InlineData("check", "config", "prometheus.yaml")]
    [InlineData("test", "rules", "rules.test.yaml")]
    public async Task Promtool_is_content(params string[] arguments)
    {
        var start = new ProcessStartInfo("promtool", arguments) { WorkingDirectory = Repository.PathTo("deploy/observability"), UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        Process? promtool = null;
        try
        {
            promtool = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Fail("promtool is not installed, which checks the alert rules: apt-get install prometheus, or run ./test.sh once.");
        }

        using (promtool)
        {
            var said = await Task.WhenAll(promtool.StandardOutput.ReadToEndAsync(), promtool.StandardError.ReadToEndAsync());
            await promtool.WaitForExitAsync();
            Assert.True(promtool.ExitCode == 0, string.Concat(said));
        }
    }

    [Fact]
    public void Every_rule_is_tested()
    {
        var tests = File.ReadAllText(Repository.PathTo("deploy/observability/rules.test.yaml"));

        Assert.All(Alert().Matches(Rules).Select(m => m.Groups["it"].Value), alert => Assert.Contains($"alertname: {alert}\n        exp_alerts:\n", tests, StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_ask_for_what_hosts_export() => Assert.All(Expression().Matches(Rules).Select(m => m.Groups["it"].Value), AssertKnown);

    [Theory]
    [MemberData(nameof(Dashboards))]
    public void Dashboards_ask_for_what_hosts_export(string file)
    {
        var dashboard = JsonElement.Parse(File.ReadAllBytes(Repository.PathTo($"deploy/observability/grafana/dashboards/{file}")));
        var expressions = dashboard.GetProperty("panels").EnumerateArray().SelectMany(p => p.GetProperty("targets").EnumerateArray()).Select(t => t.GetProperty("expr").GetString()!)
            .Concat(dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().Select(v => v.GetProperty("query").GetString()!)).ToList();

        Assert.NotEmpty(expressions);
        Assert.All(expressions, AssertKnown);
    }

    /// <summary>Whatever is neither a function nor a word of the language is a series or a label of the documented metrics.</summary>
    static void AssertKnown(string expression)
    {
        var names = Name().Matches(Text().Replace(expression, "")).Select(m => m.Groups["it"].Value).Where(n => !Words.Contains(n)).ToList();
        Assert.Contains(names, Series.Contains);
        Assert.All(names, name => Assert.True(Series.Contains(name) || Labels.Contains(name), $"{name} in {expression}"));
    }

    [GeneratedRegex("- alert: (?<it>.+)", RegexOptions.None, 10_000)]
    private static partial Regex Alert();

    [GeneratedRegex("expr: (?<it>.+)", RegexOptions.None, 10_000)]
    private static partial Regex Expression();

    [GeneratedRegex("\"[^\"]*\"|\\[[^\\]]*\\]", RegexOptions.None, 10_000)]
    private static partial Regex Text();

    [GeneratedRegex("(?<![\\w.])(?<it>[a-zA-Z_:][\\w:]*)(?!\\w|\\s*\\()", RegexOptions.None, 10_000)]
    private static partial Regex Name();
}
