namespace EventBus.Operations.Access;

/// <summary>What an action asks of whoever does it.</summary>
public enum Permission
{
    /// <summary>To change what happens to events: role operator.</summary>
    Operate,

    /// <summary>To see payloads and subjects: given beside the role.</summary>
    Payloads,

    /// <summary>To say who may do what: role admin.</summary>
    Administer,
}
