namespace PipelineAspire.Benchmarks.Scenarios;

/// <summary>The names of the figures that are compared and drawn.</summary>
internal static class FigureNames
{
    public const string CpuPerDelivery = "cpu_us_per_delivery";
    public const string DeliveriesPerSecond = "deliveries_per_s";
    public const string LatencyP99 = "latency_p99_ms";
    public const string BytesPerStream = "bytes_per_conn_pss";
    public const string IdleCpu = "idle_cpu_pct";
    public const string SnapshotP99 = "snapshot_p99_ms";
    public const string ReadsPerSecond = "backend_reads_per_s";
    public const string ReadsPerConnection = "reads_per_s_per_connection_design";
    public const string ReadsPerNode = "reads_per_s_per_node_design";
}
