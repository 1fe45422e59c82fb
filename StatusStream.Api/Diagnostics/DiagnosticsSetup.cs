namespace PipelineAspire.StatusStream.Diagnostics;

public static class DiagnosticsSetup
{
    /// <summary>Adds metrics and health.</summary>
    public static IServiceCollection AddDiagnostics(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<SharingHealthCheck>("sharing");
        return services.AddSingleton<StatusStreamMetrics>();
    }
}
