using System.Xml.Linq;

namespace EventBus.Tests.Contracts;

/// <summary>The arrows between the rooms of src go one way only: hosts know parts, parts know Contracts.</summary>
public sealed class RoomsTests
{
    /// <summary>What each room may know. Whatever it knows through these, it knows as well.</summary>
    static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Contracts"] = [],
        ["ServiceDefaults"] = [],
        ["Storage"] = ["Contracts"],
        // Endpoints that are added at run time are checked by who delivers to them; what is declared is known by who declares it.
        ["Operations"] = ["Contracts", "Publisher", "Storage", "Delivery"],
        ["Publisher"] = ["Contracts", "Storage"],
        ["Delivery"] = ["Contracts", "Storage"],
        ["Consumers/Hosting"] = ["Publisher", "Delivery"],
        ["Consumers/Appointments"] = ["Consumers/Hosting", "Delivery", "ServiceDefaults"],
        ["Consumers/CommandLifecycle"] = ["Consumers/Hosting", "Delivery", "ServiceDefaults"],
        ["Consumers/Treatments"] = ["Consumers/Hosting", "Delivery", "ServiceDefaults"],
        ["Consumers/Webhooks"] = ["Consumers/Hosting", "Delivery", "ServiceDefaults"],
        ["Consumers/Workflows"] = ["Consumers/Hosting", "Delivery", "ServiceDefaults"],
        ["Consumers/Archive"] = ["Publisher", "Operations", "ServiceDefaults"],
        ["Gateway"] = ["Publisher", "Storage", "Operations", "ServiceDefaults"],
        ["Console"] = ["Operations", "ServiceDefaults"],
        // The command line reads workflows as their consumer does.
        ["Cli"] = ["Gateway", "Operations", "Delivery", "Consumers/Workflows"],
        ["Standalone"] = ["Gateway", "Consumers/Appointments", "Consumers/CommandLifecycle", "Consumers/Treatments", "Consumers/Webhooks", "Consumers/Workflows", "Consumers/Archive", "Operations", "Console"],
    };

    static readonly string[] Projects = Directory.GetFiles(Repository.PathTo("src"), "*.csproj", SearchOption.AllDirectories);

    [Fact]
    public void The_rooms_are_those_of_the_design() => Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), Projects.Select(Room).Order(StringComparer.Ordinal));

    [Fact]
    public void A_room_knows_no_other_than_it_may() => Assert.All(
        Projects,
        project => Assert.Empty(Items(project, "ProjectReference").Select(path => Room(Path.GetFullPath(path, Path.GetDirectoryName(project)!))).Except(Allowed[Room(project)], StringComparer.Ordinal)));

    /// <summary>A consumer in another code base takes Contracts alone, without a messaging library.</summary>
    [Fact]
    public void Contracts_depend_on_nothing_but_the_framework()
    {
        var contracts = Projects.Single(p => Room(p) == "Contracts");

        Assert.Empty(Items(contracts, "PackageReference"));
        Assert.Empty(Items(contracts, "FrameworkReference"));
        Assert.All(typeof(EventBus.Contracts.CloudEvent).Assembly.GetReferencedAssemblies(), a => Assert.StartsWith("System.", a.Name, StringComparison.Ordinal));
    }

    static string Room(string project) => Path.GetRelativePath(Repository.PathTo("src"), Path.GetDirectoryName(project)!).Replace('\\', '/');

    static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(project).Descendants(kind).Select(item => ((string)item.Attribute("Include")!).Replace('\\', '/'));
}
