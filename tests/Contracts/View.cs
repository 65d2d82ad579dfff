using System.Collections;
using System.Reflection;
using EventBus.Contracts;

namespace EventBus.Tests.Contracts;

/// <summary>A typed view of a contract, as code that knows only the contract sees it. A list's views are those of its first element: <c>Stays[].PatientId</c>.</summary>
sealed record View(string Name, PropertyInfo Property, PropertyInfo? List = null)
{
    const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    Type ValueType => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    /// <summary>The closed set that it is a member of, if it is.</summary>
    public Type? Set => ValueType.IsEnum ? ValueType : null;

    /// <summary>Whether the event's type alone decides it, and not the payload.</summary>
    public bool IsOfType => Set is not null && Property.PropertyType.IsEnum;

    public static IReadOnlyList<View> Of(Type contract) =>
    [
        .. contract.GetProperties(Own).SelectMany(p => p.PropertyType is { IsGenericType: true } type && type.IsAssignableTo(typeof(IEnumerable))
            ? type.GetGenericArguments()[0].GetProperties(Own).Select(e => new View($"{p.Name}[].{e.Name}", e, p))
            : [new View(p.Name, p)]),
    ];

    /// <summary>Its value; null where the event has none.</summary>
    public object? Read(CloudEvent @event) =>
        List is null ? Property.GetValue(@event)
        : ((IEnumerable)List.GetValue(@event)!).Cast<object>().FirstOrDefault() is { } first ? Property.GetValue(first)
        : null;

    /// <summary>Whether it says anything.</summary>
    public bool Says(CloudEvent @event) => Read(@event) is { } value && value as string != "" && !IsOther(value);

    public static bool IsOther(object value) => value is Enum && Convert.ToInt32(value) == 0;
}
