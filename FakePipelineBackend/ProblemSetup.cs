namespace PipelineAspire.FakePipelineBackend;

public static class ProblemSetup
{
    /// <summary>Problem details for every error, also for the requests that the server itself finds bad.</summary>
    public static void AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.Configure<ExceptionHandlerOptions>(options => options.StatusCodeSelector = exception =>
            exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError);
    }
}
