namespace Aspire.Hosting.ApplicationModel;

/// <param name="Text">The state.</param>
/// <param name="Style">How Aspire's dashboard colours it.</param>
public sealed record ResourceStateSnapshot(string Text, string? Style);
