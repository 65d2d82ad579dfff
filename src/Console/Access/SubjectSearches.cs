using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;

namespace EventBus.OperatorConsole.Access;

/// <summary>Subjects that sessions look for. They are kept here, so that URLs hold a number in their place.</summary>
sealed class SubjectSearches(IMemoryCache memory)
{
    static readonly TimeSpan Kept = TimeSpan.FromMinutes(30);

    /// <summary>Keeps a subject for a session.</summary>
    /// <returns>What stands for it.</returns>
    public string Keep(string session, string subject)
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        memory.Set((session, key), subject, Kept);
        return key;
    }

    /// <summary>The subject; null where it is not kept any more, or is another session's.</summary>
    public string? Find(string session, string key) => memory.TryGetValue((session, key), out string? subject) ? subject : null;
}
