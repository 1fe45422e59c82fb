using System.Text.Json.Serialization;
using PipelineAspire.FakePipelineBackend.Counting;
using PipelineAspire.FakePipelineBackend.Faults;
using PipelineAspire.FakePipelineBackend.Pipelines;
using PipelineAspire.FakePipelineBackend.Scripting;
using PipelineAspire.FakePipelineBackend.StrictJson;
using PipelineAspire.StatusStream.Control;

namespace PipelineAspire.FakePipelineBackend.Control;

/// <summary><c>/control</c>: what demos and tests do to the backend.</summary>
public static class ControlSetup
{
    /// <summary>What is not there is left out of the answers of <c>/control</c>.</summary>
    public static void AddControl(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);

    /// <summary>
    /// Maps <c>/control</c> when <c>Control:Enabled</c> is true (default false); without it every path of it is 404. In any environment, since all
    /// that can be broken here is a fake; <c>Control:Key</c> closes it all the same.
    /// </summary>
    /// <exception cref="InvalidOperationException"><c>Control:Key</c> makes no sense.</exception>
    public static void MapControl(this WebApplication app)
    {
        if (!ControlAccess.IsAsked(app.Configuration)) return;

        var control = app.MapGroup("/control").RequireControlKey(app.Configuration).AddEndpointFilter(RefuseInvalidBodiesAsync);
        control.MapPut("/pipelines/{id}", SetPipelineAsync);
        control.MapScript();
        control.MapFaults();
        control.MapStats();
    }

    private static async Task<IResult> SetPipelineAsync(string id, HttpRequest request, PipelineRegistry pipelines, CancellationToken cancellationToken)
    {
        if (!PipelineId.IsValid(id)) return PipelineProblems.InvalidId(id);

        var (status, name) = await JsonFields.ReadAsync(
            request.Body,
            ["overall_status", "pipeline_name"],
            fields => (fields.RequiredTextOrNull("overall_status"), fields.OptionalText("pipeline_name")),
            cancellationToken);
        pipelines.Set(id, status, name);
        return TypedResults.NoContent();
    }

    private static async ValueTask<object?> RefuseInvalidBodiesAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (InvalidBodyException invalid)
        {
            return TypedResults.Problem(invalid.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }
}
