using System.Text;
using EventBus.Publisher.Topology;
using RabbitMQ.Client;

namespace EventBus.Publisher.Transport;

/// <summary>A message on its way to the broker.</summary>
/// <param name="exchange">Where it goes.</param>
/// <param name="routingKey">Its routing key.</param>
/// <param name="id">The id of the event that it holds.</param>
/// <param name="body">The event.</param>
/// <param name="confirmation">Where its end is told; null: it has one of its own.</param>
sealed class OutgoingMessage(BrokerExchange exchange, string routingKey, string id, ReadOnlyMemory<byte> body, Confirmation? confirmation = null)
{
    /// <summary>The longest text in a message's properties (AMQP 0-9-1, 4.2.5.3, short strings), in bytes of UTF-8.</summary>
    const int MaxIdBytes = 255;

    const int Open = 0;
    const int Confirmed = 1;
    const int Failed = 2;

    volatile bool _isGivenUp;
    volatile bool _isReturned;
    volatile int _state;

    public BrokerExchange Exchange => exchange;

    public string RoutingKey => routingKey;

    /// <summary>The event's id, as far as there is room for it in the message's properties; null where it is longer.</summary>
    public string? Id { get; } = Encoding.UTF8.GetByteCount(id) <= MaxIdBytes ? id : null;

    public ReadOnlyMemory<byte> Body { get; private set; } = body;

    /// <summary>Which of a consumer's queues it comes into; null where that is said by the exchange alone.</summary>
    public int? Slot { get; init; }

    /// <summary>The span that it is sent in; null where there is none.</summary>
    public SendSpan? Span { get; init; }

    /// <summary>The only endpoint that it is for; null where it is for all, and nothing is said of it.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Whether it has failed where no queue takes it.</summary>
    public bool IsMandatory { get; init; } = true;

    /// <summary>Done when the broker has confirmed it, and all that are sent together with it.</summary>
    public Confirmation Confirmation { get; } = confirmation ?? new Confirmation(1);

    /// <summary>Nobody waits for it any more: if it was not sent yet, it will not be.</summary>
    public bool IsGivenUp => _isGivenUp;

    /// <summary>What happens at its end; it must not wait, since others' ends come after it.</summary>
    public Action? Ended { get; set; }

    /// <summary>Whether it has its end.</summary>
    public bool HasEnded => _state != Open;

    /// <summary>Whether the broker has confirmed it.</summary>
    public bool IsConfirmed => _state == Confirmed;

    /// <summary>Nobody waits for it any more. What is on its way already may arrive.</summary>
    public void GiveUp()
    {
        _isGivenUp = true;
        Body = default;
        Span?.End("timeout");
    }

    /// <summary>No queue takes it; the broker confirms that it has said so.</summary>
    public void Return() => _isReturned = true;

    /// <summary>The broker has said what it makes of it.</summary>
    /// <param name="isTaken">Whether it is stored wherever it belongs.</param>
    public void Settle(bool isTaken) => End(
        isTaken && !_isReturned ? null
        : new EventPublishException(isTaken ? "No queue takes the event, not even the one for what nobody asks for." : "The broker could not store the event."));

    /// <summary>It has its end; only the first one counts.</summary>
    /// <param name="failure">Why it was not taken; null where it was.</param>
    public void End(EventPublishException? failure)
    {
        if (Interlocked.CompareExchange(ref _state, failure is null ? Confirmed : Failed, Open) == Open)
        {
            Span?.End(failure is null ? null : "failed");
            Ended?.Invoke();
            Confirmation.Add(failure);
        }
    }

    /// <summary>Writes what belongs to this message into properties that are used again for each.</summary>
    public void Describe(BasicProperties properties)
    {
        var headers = properties.Headers!;
        Set(SendSpan.Header, Span?.TraceParent);
        Set(TopologyNames.EndpointHeader, Endpoint);
        Set(Slots.Header, Slot is { } slot ? Slots.Value(slot) : null);
        properties.MessageId = Id;

        void Set(string name, object? value)
        {
            if (value is null)
            {
                headers.Remove(name);
            }
            else
            {
                headers[name] = value;
            }
        }
    }
}
