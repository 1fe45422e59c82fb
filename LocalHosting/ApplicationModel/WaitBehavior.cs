namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a wait makes of a resource that fails.</summary>
public enum WaitBehavior
{
    /// <summary>It may be started again: waits on.</summary>
    WaitOnResourceUnavailable,

    /// <summary>Gives up with an exception.</summary>
    StopOnResourceUnavailable,
}
