namespace EventBus.TestServices;

/// <summary>A program that a test needs is not installed; the message says how to get it.</summary>
public sealed class MissingServiceException : Exception
{
    /// <summary>Only for serializers and analyzers; <see cref="For"/> writes the message.</summary>
    public MissingServiceException()
    {
    }

    /// <summary>As it says.</summary>
    public MissingServiceException(string message)
        : base(message)
    {
    }

    /// <summary>As it says.</summary>
    public MissingServiceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal static MissingServiceException For(string path, string package) =>
        new($"{path} is not installed. Run ./test.sh once, or: apt-get install {package}");

    internal static void ThrowIfNoFile(string path, string package)
    {
        if (!File.Exists(path))
        {
            throw For(path, package);
        }
    }
}
