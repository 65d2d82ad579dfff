using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace EventBus.TestServices;

/// <summary>
/// A RabbitMQ node of its own: own ports, cookie, folder and epmd. It shares nothing with other nodes of the machine and ends with this process.
/// </summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    // The wrapper in /usr/sbin switches to the user rabbitmq, who cannot write our folder.
    const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    const string Control = "/usr/lib/rabbitmq/bin/rabbitmqctl";
    const string Epmd = "/usr/bin/epmd";
    const string Package = "rabbitmq-server";

    static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(5);

    readonly string _folder = Directory.CreateTempSubdirectory("eventbus-rabbitmq-").FullName;
    readonly int _managementPort = FreePort.Next();
    readonly int _distributionPort = FreePort.Next();
    readonly RabbitMqServer? _first;
    readonly int _epmdPort;
    readonly string _name;
    ServiceProcess? _epmd;
    ServiceProcess? _node;

    int _joined;

    RabbitMqServer(RabbitMqServer? first)
    {
        _first = first;
        _epmdPort = first?._epmdPort ?? FreePort.Next();
        _name = first is null ? "rabbit@localhost" : $"rabbit{++first._joined}@localhost";
        ManagementUri = new Uri($"http://{Host}:{_managementPort}/");
        Management = new HttpClient { BaseAddress = ManagementUri, Timeout = TimeSpan.FromSeconds(30) };
        Management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("guest:guest"u8));
    }

    /// <summary>Only this machine reaches it.</summary>
    public string Host { get; } = "127.0.0.1";

    /// <summary>For AMQP; the same after a restart.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>With user and password, without a virtual host: add "/name" for one.</summary>
    public string AmqpUri => $"amqp://guest:guest@{Host}:{Port}";

    /// <summary>Where the management API is.</summary>
    public Uri ManagementUri { get; }

    /// <summary>Signed in to the management API.</summary>
    public HttpClient Management { get; }

    /// <summary>Starts a node and waits until it takes connections.</summary>
    /// <exception cref="MissingServiceException">RabbitMQ is not installed.</exception>
    public static Task<RabbitMqServer> StartAsync(CancellationToken cancellationToken) => StartAsync(null, cancellationToken);

    /// <summary>Starts a node that joins this one's cluster. This one has to outlive it.</summary>
    public Task<RabbitMqServer> StartAnotherAsync(CancellationToken cancellationToken) => StartAsync(this, cancellationToken);

    static async Task<RabbitMqServer> StartAsync(RabbitMqServer? first, CancellationToken cancellationToken)
    {
        MissingServiceException.ThrowIfNoFile(Program, Package);
        MissingServiceException.ThrowIfNoFile(Epmd, Package);
        var server = new RabbitMqServer(first);
        try
        {
            server.WriteSettings();
            if (first is null)
            {
                await server.StartEpmdAsync(cancellationToken);
            }

            await server.StartNodeAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a virtual host that nobody else uses, so that tests can share the node.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> CreateVirtualHostAsync(CancellationToken cancellationToken)
    {
        var name = $"test-{Guid.NewGuid():N}";
        using var created = await Management.PutAsync(new Uri($"api/vhosts/{name}", UriKind.Relative), content: null, cancellationToken);
        created.EnsureSuccessStatusCode();
        using var permitted = await Management.PutAsJsonAsync(
            $"api/permissions/{name}/guest", new { configure = ".*", write = ".*", read = ".*" }, cancellationToken);
        permitted.EnsureSuccessStatusCode();
        return name;
    }

    /// <summary>Deletes a virtual host with all its queues, each of which costs the node work as long as it is there.</summary>
    public async Task DeleteVirtualHostAsync(string name)
    {
        using var deleted = await Management.DeleteAsync(new Uri($"api/vhosts/{name}", UriKind.Relative));
        deleted.EnsureSuccessStatusCode();
    }

    /// <summary>Kills the node, as a power cut would; its data stay.</summary>
    public async Task StopAsync()
    {
        if (_node is not null)
        {
            await _node.StopAsync();
            _node = null;
        }
    }

    /// <summary>
    /// Puts on the node's disk what it knows of virtual hosts, exchanges and queues. By itself it writes that up to two seconds after it has said yes, and the members
    /// of quorum queues up to three minutes after; a kill before would lose them.
    /// </summary>
    public Task SyncAsync() => ControlAsync("eval", "mnesia:sync_log(), [dets:sync(T) || T <- dets:all()], ok.");

    /// <summary>Raises the memory alarm, so that the node takes no more messages, or ends it.</summary>
    public Task SetMemoryAlarmAsync(bool on) => ControlAsync("set_vm_memory_high_watermark", on ? "0.00001" : "0.2");

    /// <summary>Closes every connection, so many times.</summary>
    public Task CloseConnectionsAsync(int times, TimeSpan interval) => ControlAsync(
        "eval", $"[begin rabbit_networking:close_all_connections(\"test\"), timer:sleep({(int)interval.TotalMilliseconds}) end || _ <- lists:seq(1, {times})], ok.");

    /// <summary>Freezes the node: connections stay open and nothing answers.</summary>
    public Task PauseAsync() => _node?.FreezeAsync() ?? Task.CompletedTask;

    /// <summary>Ends <see cref="PauseAsync"/>.</summary>
    public Task ResumeAsync()
    {
        _node?.Thaw();
        return Task.CompletedTask;
    }

    /// <summary>Kills the node if it runs, and starts it on the same ports and data.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync();
        await StartNodeAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Management.Dispose();
        await StopAsync();
        if (_epmd is not null)
        {
            await _epmd.StopAsync();
            _epmd = null;
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    async Task ControlAsync(params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo(Control, ["-n", _name, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = _folder;
        start.Environment["ERL_EPMD_PORT"] = $"{_epmdPort}";
        start.Environment["ERL_INETRC"] = InFolder("inetrc");
        start.Environment["RABBITMQ_CONF_ENV_FILE"] = InFolder("rabbitmq-env.conf");
        using var control = System.Diagnostics.Process.Start(start)!;
        var error = control.StandardError.ReadToEndAsync();
        var output = await control.StandardOutput.ReadToEndAsync();
        await control.WaitForExitAsync();
        if (control.ExitCode != 0)
        {
            throw new InvalidOperationException($"rabbitmqctl {arguments[0]}: {output}{await error}");
        }
    }

    string InFolder(string name) => Path.Combine(_folder, name);

    void WriteSettings()
    {
        // The share of memory leaves room for several nodes; statistics come each second so that tests do not wait five for them.
        File.WriteAllText(InFolder("rabbitmq.conf"), $"""
            listeners.tcp.1 = {Host}:{Port}
            management.tcp.ip = {Host}
            management.tcp.port = {_managementPort}
            collect_statistics_interval = 1000
            disk_free_limit.absolute = 50MB
            vm_memory_high_watermark.relative = 0.2
            log.file.level = info
            """);
        if (_first is not null)
        {
            File.AppendAllText(InFolder("rabbitmq.conf"), $"""

                cluster_formation.peer_discovery_backend = classic_config
                cluster_formation.classic_config.nodes.1 = {_first._name}
                cluster_formation.classic_config.nodes.2 = {_name}
                """);
        }

        // Nodes of a cluster, and the control program, know each other by it.
        File.WriteAllText(InFolder(".erlang.cookie"), _first is null ? Guid.NewGuid().ToString("N") : File.ReadAllText(_first.InFolder(".erlang.cookie")));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(InFolder(".erlang.cookie"), UnixFileMode.UserRead);
        }

        File.WriteAllText(InFolder("enabled_plugins"), "[rabbitmq_management].");

        // Names are looked up in here only, which also spares the helper process for DNS.
        File.WriteAllText(InFolder("inetrc"), """
            {lookup,[file]}.
            {host,{127,0,0,1},["localhost"]}.
            """);
    }

    async Task StartEpmdAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(InFolder("epmd")).FullName;
        string[] command = [Epmd, "-port", $"{_epmdPort}", "-address", Host];
        _epmd = await ServiceProcess.StartAsync(folder, command, "KILL", new Dictionary<string, string>(StringComparer.Ordinal), cancellationToken);
        await _epmd.WaitUntilAsync(token => ConnectsAsync(_epmdPort, token), cancellationToken);
    }

    async Task StartNodeAsync(CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = _folder,
            ["ERL_EPMD_PORT"] = $"{_epmdPort}",
            ["ERL_EPMD_ADDRESS"] = Host,
            ["ERL_INETRC"] = InFolder("inetrc"),
            ["RABBITMQ_NODENAME"] = _name,
            ["RABBITMQ_DIST_PORT"] = $"{_distributionPort}",
            ["RABBITMQ_MNESIA_BASE"] = InFolder("mnesia"),
            ["RABBITMQ_LOG_BASE"] = _folder,
            ["RABBITMQ_LOGS"] = InFolder("node.log"),
            ["RABBITMQ_CONFIG_FILE"] = InFolder("rabbitmq.conf"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = InFolder("enabled_plugins"),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",

            // These files do not exist; naming them keeps the ones in /etc/rabbitmq out.
            ["RABBITMQ_CONF_ENV_FILE"] = InFolder("rabbitmq-env.conf"),
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = InFolder("advanced.config"),
            ["RABBITMQ_CONFIG_FILES"] = InFolder("conf.d"),

            // Together these make the script become the node, instead of being its parent: signals then reach the node.
            ["RABBITMQ_ALLOW_INPUT"] = "1",
            ["RABBITMQ_SERVER_START_ARGS"] = "-noinput",
        };
        _node = await ServiceProcess.StartAsync(_folder, [Program], "KILL", environment, cancellationToken);
        await _node.WaitUntilAsync(IsReadyAsync, cancellationToken);
    }

    async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AttemptLimit);
        try
        {
            using var answer = await Management.GetAsync(new Uri("api/overview", UriKind.Relative), limit.Token);
            return answer.IsSuccessStatusCode && await ConnectsAsync(Port, limit.Token);
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    async Task<bool> ConnectsAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(Host, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
