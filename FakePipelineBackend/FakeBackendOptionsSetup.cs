using Microsoft.Extensions.Options;
using PipelineAspire.FakePipelineBackend.Pipelines;

namespace PipelineAspire.FakePipelineBackend;

public static class FakeBackendOptionsSetup
{
    public static void AddFakeBackendOptions(this IServiceCollection services)
    {
        services.AddOptions<FakeBackendOptions>().BindConfiguration(FakeBackendOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<FakeBackendOptions>, FakeBackendOptionsValidator>();
    }
}

internal sealed class FakeBackendOptionsValidator : IValidateOptions<FakeBackendOptions>
{
    private static readonly TimeSpan ShortestFieldsInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestTransition = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, FakeBackendOptions options)
    {
        var failures = new List<string>();
        if (options.TransitionDuration < TimeSpan.Zero || options.TransitionDuration > LongestTransition)
        {
            failures.Add(
                $"{FakeBackendOptions.Section}:{nameof(options.TransitionDuration)} is {options.TransitionDuration}; " +
                $"it must be between 00:00:00 and {LongestTransition}.");
        }

        if (options.FieldsInterval != TimeSpan.Zero && (options.FieldsInterval < ShortestFieldsInterval || options.FieldsInterval > LongestTransition))
        {
            failures.Add(
                $"{FakeBackendOptions.Section}:{nameof(options.FieldsInterval)} is {options.FieldsInterval}; " +
                $"it must be 0 or between {ShortestFieldsInterval} and {LongestTransition}.");
        }

        for (var i = 0; i < options.Pipelines.Count; i++)
        {
            if (!PipelineId.IsValid(options.Pipelines[i]))
            {
                failures.Add($"{FakeBackendOptions.Section}:{nameof(options.Pipelines)}:{i} is '{options.Pipelines[i]}'; {PipelineId.Rule}.");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
