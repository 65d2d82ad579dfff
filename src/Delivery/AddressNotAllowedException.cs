namespace EventBus.Delivery;

/// <summary>A name leads to an address that deliveries must not go to.</summary>
sealed class AddressNotAllowedException() : IOException("The address is not allowed.");
