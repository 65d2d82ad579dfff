namespace EventBus.Storage;

/// <summary>The storage cannot be used. The message holds no data and no password.</summary>
public sealed class StorageException : Exception
{
    /// <inheritdoc/>
    public StorageException()
        : this("The storage cannot be used.")
    {
    }

    /// <inheritdoc/>
    public StorageException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public StorageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
