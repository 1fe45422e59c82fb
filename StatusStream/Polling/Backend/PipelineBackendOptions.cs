namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Where the backend is and how it says a status: section <c>PipelineBackend</c>.</summary>
public sealed class PipelineBackendOptions
{
    /// <summary>The section of the configuration that the options are bound to.</summary>
    public const string Section = "PipelineBackend";

    /// <summary>What stands for the pipeline's id in <see cref="HealthPath"/>.</summary>
    public const string IdPlaceholder = "{id}";

    /// <summary>What stands for the ids, joined by commas, in <see cref="BatchOptions.Path"/>.</summary>
    public const string IdsPlaceholder = "{ids}";

    internal const string DefaultBaseUrl = "http://backend";

    /// <summary>An http or https URL, by default <c>http://backend</c> found by service discovery. A path in it is kept.</summary>
    public string BaseUrl { get; set; } = DefaultBaseUrl;

    /// <summary>Appended to <see cref="BaseUrl"/> with <c>{id}</c> replaced. Default <c>/pipeline/{id}/health</c>.</summary>
    public string HealthPath { get; set; } = "/pipeline/{id}/health";

    /// <summary>Appended to <see cref="BaseUrl"/> for the list of pipelines. Default <c>/pipeline</c>.</summary>
    public string ListPath { get; set; } = "/pipeline";

    /// <summary>Where in the list's answer the pipelines are, a path like <c>data.items</c>. Default none: the answer is the array.</summary>
    public string? ListItemsProperty { get; set; }

    /// <summary>One request for many pipelines: section <c>PipelineBackend:Batch</c>.</summary>
    public BatchOptions Batch { get; init; } = new();

    /// <summary>The largest health answer, in bytes. Default 65536, 1024 to 16777216.</summary>
    public int MaxBodyBytes { get; set; } = 64 * 1024;

    /// <summary>
    /// Where in an answer the status is, ignoring case: a property, or a path like <c>status.phase</c> or <c>dag_runs.0.state</c>.
    /// Default <c>overall_status</c>.
    /// </summary>
    public string StatusProperty { get; set; } = "overall_status";

    /// <summary>
    /// What streams may carry beside the status: where it is in an answer, paths like that of the status, at most 32. Each is published
    /// under the name that it has here. Default none.
    /// </summary>
    public List<string> Fields { get; init; } = [];

    /// <summary>Backend value to public status, in addition to the table of the contract; ignores case.</summary>
    public Dictionary<string, string> StatusMap { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The pipelines there are, for a backend that has no list. Empty: the backend's list is read.</summary>
    public List<string> PipelineIds { get; init; } = [];

    /// <summary>
    /// What pipelines may be asked for: paths by the name of the action, appended to <see cref="BaseUrl"/> with <c>{id}</c> replaced,
    /// like <c>/pipeline/{id}/stop</c> for <c>stop</c>. Default none.
    /// </summary>
    public Dictionary<string, string> Actions { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Sent with every request, an API key for instance. Never logged.</summary>
    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>How one request is made for many pipelines, if the backend can answer such.</summary>
public sealed class BatchOptions
{
    /// <summary>
    /// Appended to <see cref="PipelineBackendOptions.BaseUrl"/>: with <c>{ids}</c> for an answer about those asked for
    /// (<c>/pipeline/health?ids={ids}</c>), without it for one about all (<c>/pipeline</c>). Default none: no batches.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>How many pipelines one request asks for. Default 200, 2 to 10000.</summary>
    public int MaxIds { get; set; } = 200;

    /// <summary>Where in the answer the items are, a path like <c>data.items</c>. Default none: the answer is the array.</summary>
    public string? ItemsProperty { get; set; }

    /// <summary>Where in an item its id is, a path like <c>metadata.name</c>. Default <c>pipeline_id</c>.</summary>
    public string IdProperty { get; set; } = "pipeline_id";

    /// <summary>
    /// Where in an item its status is, a path. Default: as <see cref="PipelineBackendOptions.StatusProperty"/>, for backends whose items
    /// look like the answers about one.
    /// </summary>
    public string? StatusProperty { get; set; }

    /// <summary>True when each answer is about all pipelines.</summary>
    internal bool IsAboutAll => Path is not null && !Path.Contains(PipelineBackendOptions.IdsPlaceholder, StringComparison.Ordinal);
}
