namespace EventBus.Delivery.Formats;

/// <summary>The formats, by the names that settings use.</summary>
public static class DeliveryFormats
{
    /// <summary>Name of the format that is used unless an endpoint names another.</summary>
    public const string CloudEvents = "cloudevents";

    /// <summary>Name of the format that has the payload alone.</summary>
    public const string Native = "native";

    static readonly Dictionary<string, IDeliveryFormat> All = new(StringComparer.OrdinalIgnoreCase)
    {
        [CloudEvents] = new CloudEventsFormat(),
        [Native] = new NativeFormat(),
        ["appointment-notification"] = new AppointmentNotificationFormat(),
        ["smartflowsheet-result"] = new SmartFlowSheetResultFormat(),
    };

    /// <summary>Every name.</summary>
    public static IEnumerable<string> Names => All.Keys;

    /// <summary>The format with this name, or null.</summary>
    public static IDeliveryFormat? Find(string name) => All.GetValueOrDefault(name);
}
