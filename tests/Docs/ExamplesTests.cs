using System.Diagnostics;
using System.Net;
using EventBus.Tests.Contracts;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Docs;

/// <summary>The programs in the documentation are built, and run, as a reader would.</summary>
public sealed class ExamplesTests(RabbitMqFixture broker, PostgresFixture postgres)
{
    [Fact]
    public async Task The_publisher_in_publish_md_compiles()
    {
        using var example = await Example.BuildAsync("docs/publish.md", "src/Publisher/EventBus.Publisher.csproj");
        Assert.True(File.Exists(example.Assembly));
    }

    [Fact]
    public async Task The_consumer_in_consume_md_gets_events_from_the_broker()
    {
        using var example = await Example.BuildAsync("docs/consume.md", "src/Consumers/Hosting/EventBus.Consumers.Hosting.csproj");
        var node = await broker.GetAsync();
        var vhost = await node.CreateVirtualHostAsync(CancellationToken.None);
        await using var gateway = await BusHost.StartAsync(BusHost.Broker(node.AmqpUri, vhost));
        await using var consumer = HostProcess.StartAssembly(example.Assembly, [], [("EventBus__RabbitMq__Host", $"{node.AmqpUri}/{vhost}")]);

        // An event that comes before the consumer's queue is bound is unrouted, so others are sent until one arrives.
        var sent = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await gateway.PostAsync("/v1/canvas", """{"type":"APPOINTMENT_CREATED","target":"a-1"}""", "application/json", ("webhook-id", $"example-{sent++}"));
                return consumer.Output.Contains("reminder for example-", StringComparison.Ordinal);
            },
            "the example has its event");
    }

    [Fact]
    public async Task The_consumer_in_consume_md_starts_in_memory_too()
    {
        using var example = await Example.BuildAsync("docs/consume.md", "src/Consumers/Hosting/EventBus.Consumers.Hosting.csproj");
        await using var consumer = HostProcess.StartAssembly(example.Assembly, [], [("EventBus__Transport", "memory")]);
        await consumer.UntilAsync(line => line.Contains("Application started", StringComparison.Ordinal));
        Assert.Equal(0, await consumer.StopAsync());
    }

    [Fact]
    public async Task The_responder_in_consume_md_vetoes_a_commit()
    {
        using var example = await Example.BuildAsync("docs/consume.md", "src/Consumers/Hosting/EventBus.Consumers.Hosting.csproj", block: 2);
        var node = await broker.GetAsync();
        var vhost = await node.CreateVirtualHostAsync(CancellationToken.None);
        var storage = await postgres.NewDatabaseAsync();
        await using var gateway = await BusHost.StartAsync([.. BusHost.Broker(node.AmqpUri, vhost), .. storage]);
        await using var responder = HostProcess.StartAssembly(
            example.Assembly, [], [("EventBus__RabbitMq__Host", $"{node.AmqpUri}/{vhost}"), .. storage.Select(s => (s.Key.Replace(":", "__", StringComparison.Ordinal), s.Value!))]);

        // Until the responder is known the answer is the asynchronous one.
        async Task<HttpStatusCode> AnswerAsync(string fields)
        {
            using var response = await gateway.PostAsync("/v1/canvas", $$$"""{"type":"PRESCRIBE_COMMAND__PRE_COMMIT","target":"c-1","context":{"fields":{{{fields}}}}}""");
            return response.StatusCode;
        }

        await Eventually.TrueAsync(async () => await AnswerAsync("""{"sig":"daily"}""") == HttpStatusCode.OK, "a commit is let through");
        Assert.Equal(HttpStatusCode.BadRequest, await AnswerAsync("{}"));
    }

    /// <summary>A C# block of a page, as a program outside the repository.</summary>
    sealed class Example : IDisposable
    {
        readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("eventbus-example-");

        public string Assembly => Path.Combine(_folder.FullName, "out", "Example.dll");

        public static async Task<Example> BuildAsync(string page, string project, int block = 1)
        {
            var text = await File.ReadAllTextAsync(Repository.PathTo(page));
            var code = text.Split("```csharp\n")[block].Split("\n```", 2)[0];
            Assert.InRange(code.Split('\n').Count(line => line.Trim().Length > 0), 1, 30);

            var example = new Example();
            await File.WriteAllTextAsync(Path.Combine(example._folder.FullName, "Program.cs"), code);
            await File.WriteAllTextAsync(Path.Combine(example._folder.FullName, "Example.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <OutputType>Exe</OutputType>
                    <TargetFramework>net10.0</TargetFramework>
                    <Nullable>enable</Nullable>
                    <ImplicitUsings>enable</ImplicitUsings>
                    <OutputPath>out/</OutputPath>
                    <AppendTargetFrameworkToOutputPath>false</AppendTargetFrameworkToOutputPath>
                  </PropertyGroup>
                  <ItemGroup>
                    <FrameworkReference Include="Microsoft.AspNetCore.App" />
                    <ProjectReference Include="{Repository.PathTo(project)}" />
                  </ItemGroup>
                </Project>
                """);
            var configuration = AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";

            // What it refers to is built already, as these tests are.
            var start = new ProcessStartInfo("dotnet", ["build", "--configuration", configuration, "--no-dependencies", "--nologo"])
            {
                WorkingDirectory = example._folder.FullName,
                UseShellExecute = false,
                RedirectStandardOutput = true,
            };
            using var build = Process.Start(start)!;
            var output = await build.StandardOutput.ReadToEndAsync();
            await build.WaitForExitAsync();
            Assert.True(build.ExitCode == 0, output);
            return example;
        }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
