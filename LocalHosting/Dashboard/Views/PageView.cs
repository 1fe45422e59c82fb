namespace PipelineAspire.LocalHosting.Dashboard.Views;

/// <summary>All that a page shows at one moment.</summary>
public sealed record PageView(
    DateTimeOffset Now,
    string Antiforgery,
    IReadOnlyList<ReplicaView> Replicas,
    IReadOnlyList<CommandView> Demos,
    IReadOnlyList<ResultView> Results,
    PictureView Picture);
