namespace PipelineAspire.StatusStream.Polling;

/// <summary>Where the backend is and how it says a status: section <c>PipelineBackend</c>.</summary>
public sealed class PipelineBackendOptions
{
    public const string Section = "PipelineBackend";

    /// <summary>What stands for the pipeline's id in <see cref="HealthPath"/>.</summary>
    public const string IdPlaceholder = "{id}";

    /// <summary>An http or https URL, by default <c>http://backend</c> found by service discovery. A path in it is kept.</summary>
    public string BaseUrl { get; set; } = "http://backend";

    /// <summary>Appended to <see cref="BaseUrl"/> with <c>{id}</c> replaced. Default <c>/pipeline/{id}/health</c>.</summary>
    public string HealthPath { get; set; } = "/pipeline/{id}/health";

    /// <summary>Appended to <see cref="BaseUrl"/> for the list of pipelines. Default <c>/pipeline</c>.</summary>
    public string ListPath { get; set; } = "/pipeline";

    /// <summary>The JSON property that holds the status, ignoring case. Default <c>overall_status</c>.</summary>
    public string StatusProperty { get; set; } = "overall_status";

    /// <summary>Backend value to public status, in addition to the table of the contract; ignores case.</summary>
    public Dictionary<string, string> StatusMap { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The pipelines there are, for a backend that has no list. Empty: the backend's list is read.</summary>
    public List<string> PipelineIds { get; init; } = [];

    /// <summary>Sent with every read, an API key for instance. Never logged.</summary>
    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.OrdinalIgnoreCase);
}
