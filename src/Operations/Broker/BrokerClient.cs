using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EventBus.Publisher.Transport;
using Microsoft.Extensions.Configuration;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace EventBus.Operations.Broker;

/// <summary>Asks RabbitMQ's management API about the virtual host of the bus.</summary>
public sealed class BrokerClient : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    readonly RabbitMqOptions _options;
    readonly ManagementAddress? _address;
    readonly HttpClient _http;

    /// <summary>Asks nothing yet.</summary>
    /// <param name="options">Where the broker is.</param>
    /// <param name="isThere">Whether there is one; not where everything is in one process.</param>
    /// <exception cref="FormatException">A setting is wrong; the message names its key and gives an example.</exception>
    public BrokerClient(RabbitMqOptions options, bool isThere)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _address) = (options, isThere ? options.ToManagement() : null);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2),

            // Asked every two seconds, it would fill the traces.
            ActivityHeadersPropagator = null,
        }) { Timeout = Limit };
        if (_address is not null)
        {
            _http.BaseAddress = _address.Url;
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_address.Username}:{_address.Password}")));
        }
    }

    /// <summary>As the settings say.</summary>
    /// <exception cref="FormatException">A setting is wrong; the message names its key and gives an example.</exception>
    public static BrokerClient Create(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new BrokerClient(configuration.GetSection("EventBus:RabbitMq").Get<RabbitMqOptions>() ?? new RabbitMqOptions(), !EventTransport.IsMemory(configuration));
    }

    /// <summary>Whether there is a broker.</summary>
    public bool IsThere => _address is not null;

    /// <summary>Where the broker is.</summary>
    public RabbitMqAddress Address => _options.ToAddress();

    /// <summary>Every queue, by name.</summary>
    /// <exception cref="BrokerUnavailableException">There is no answer.</exception>
    public async Task<IReadOnlyList<BrokerQueue>> QueuesAsync(CancellationToken cancellationToken = default)
    {
        var consumers = ListAsync("consumers", cancellationToken);
        var queues = await ListAsync("queues", cancellationToken);

        // A queue's own count of who reads it is seconds old.
        var readers = (await consumers).GroupBy(c => c.Find("queue")?.Text("name") ?? "", StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => (Count: (long)g.Count(), Prefetch: g.Max(c => c.Number("prefetch_count") ?? 0)), StringComparer.Ordinal);
        return [.. queues.Select(q => BrokerQueue.Read(q, readers)).OrderBy(q => q.Name, StringComparer.Ordinal)];
    }

    /// <summary>Every node, by name; null where the user may not see them.</summary>
    /// <exception cref="BrokerUnavailableException">There is no answer.</exception>
    public async Task<IReadOnlyList<BrokerNode>?> NodesAsync(CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(HttpMethod.Get, "api/nodes", cancellationToken);
        return response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? null
            : [.. (await ReadAsync(response, cancellationToken)).Select(BrokerNode.Read).OrderBy(n => n.Name, StringComparer.Ordinal)];
    }

    /// <summary>What time it is there, to the second; null where it does not say.</summary>
    /// <exception cref="BrokerUnavailableException">There is no answer.</exception>
    public async Task<DateTimeOffset?> TimeAsync(CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(HttpMethod.Get, "api/whoami", cancellationToken);
        return response.Headers.Date;
    }

    /// <summary>Opens a connection as hosts do.</summary>
    /// <exception cref="BrokerUnreachableException">It cannot be opened.</exception>
    public Task<IConnection> ConnectAsync(CancellationToken cancellationToken = default) => _options.ConnectAsync("eventbus operations", cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    internal async Task<IReadOnlyList<BrokerExchange>> ExchangesAsync(CancellationToken cancellationToken) => [.. (await ListAsync("exchanges", cancellationToken)).Select(BrokerExchange.Read)];

    internal async Task<IReadOnlyList<BrokerBinding>> BindingsAsync(CancellationToken cancellationToken) => [.. (await ListAsync("bindings", cancellationToken)).Select(BrokerBinding.Read)];

    internal Task DeleteQueueAsync(string name) => DeleteAsync($"queues/{Host}/{Uri.EscapeDataString(name)}");

    internal Task DeleteExchangeAsync(string name) => DeleteAsync($"exchanges/{Host}/{Uri.EscapeDataString(name)}");

    internal Task DeleteBindingAsync(BrokerBinding binding) => DeleteAsync(
        $"bindings/{Host}/e/{Uri.EscapeDataString(binding.Binding.Source)}/{(binding.Binding.ToQueue ? 'q' : 'e')}/{Uri.EscapeDataString(binding.Binding.Destination)}/{Uri.EscapeDataString(binding.Key)}");

    string Host => Uri.EscapeDataString(_address!.VirtualHost);

    async Task<IReadOnlyList<JsonElement>> ListAsync(string what, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, $"api/{what}/{Host}", cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    /// <summary>What is gone already is no error.</summary>
    async Task DeleteAsync(string path)
    {
        using var response = await SendAsync(HttpMethod.Delete, $"api/{path}", CancellationToken.None);
        if (response.StatusCode != HttpStatusCode.NotFound)
        {
            Check(response);
        }
    }

    async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        if (_address is null)
        {
            throw new BrokerUnavailableException("There is no broker: everything is in one process.");
        }

        try
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            return await _http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new BrokerUnavailableException($"RabbitMQ's management API at {_address} does not answer ({e.HttpRequestError}). Enable the plugin rabbitmq_management, or name its address: EventBus__RabbitMq__ManagementUrl=http://broker.example.org:15672");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BrokerUnavailableException($"RabbitMQ's management API at {_address} did not answer within {Limit.TotalSeconds} s.");
        }
    }

    async Task<IReadOnlyList<JsonElement>> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Check(response);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var json = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            return json.RootElement.ValueKind == JsonValueKind.Array ? [.. json.RootElement.Clone().EnumerateArray()] : throw NotManagement();
        }
        catch (JsonException)
        {
            throw NotManagement();
        }
    }

    void Check(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        throw response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new BrokerUnavailableException(
                $"RabbitMQ's management API at {_address} does not let {_address!.Username} in: the password is wrong, or the user lacks the tag monitoring (rabbitmqctl set_user_tags {_address.Username} monitoring) or a permission in the virtual host."),
            HttpStatusCode.NotFound => new BrokerUnavailableException($"RabbitMQ has no virtual host {_address!.VirtualHost}; check EventBus:RabbitMq:VirtualHost, for example EventBus__RabbitMq__VirtualHost=clinic"),
            _ => new BrokerUnavailableException($"RabbitMQ's management API at {_address} answered HTTP {(int)response.StatusCode}."),
        };
    }

    BrokerUnavailableException NotManagement() =>
        new($"What answers at {_address} is not RabbitMQ's management API; check EventBus:RabbitMq:ManagementUrl, for example EventBus__RabbitMq__ManagementUrl=http://broker.example.org:15672");
}
