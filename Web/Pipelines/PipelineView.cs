namespace PipelineAspire.Web.Pipelines;

/// <summary>What a page shows of one pipeline. Times are the backend's, where it tells them.</summary>
public sealed record PipelineView(string Id, string Name, string Status, DateTimeOffset? ChangedAt, DateTimeOffset? CreatedAt)
{
    /// <summary>A pipeline of which nothing is known but that somebody asks for it.</summary>
    public static PipelineView Unknown(string id) => new(id, id, PublicStatus.Unknown, null, null);
}
