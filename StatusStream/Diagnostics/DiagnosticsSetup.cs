namespace PipelineAspire.StatusStream.Diagnostics;

internal static class DiagnosticsSetup
{
    /// <summary>Adds metrics and health.</summary>
    public static IServiceCollection AddDiagnostics(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<BackgroundLoopsHealthCheck>("loops");
        return services.AddSingleton<StatusStreamMetrics>().AddSingleton<BackgroundLoops>();
    }
}
