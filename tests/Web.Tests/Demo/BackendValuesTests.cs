using PipelineAspire.Web.Demo;

namespace PipelineAspire.Web.Tests.Demo;

public sealed class BackendValuesTests
{
    [Theory]
    [InlineData("active", "Running", "active")]
    [InlineData("starting", "Created", "deploying")]
    [InlineData("pausing", "Pausing")]
    [InlineData("paused", "paused")]
    [InlineData("resuming", "RESUMING")]
    [InlineData("stopping", "Stopping")]
    [InlineData("stopped", "stopped", "deleted")]
    [InlineData("terminating", "terminating", "deleting")]
    [InlineData("terminated", "terminated")]
    [InlineData("failed", "failed", "error", "deploy_failed", "delete_failed")]
    [InlineData("unknown", "", "dreaming")]
    public void ValuesMeanWhatTheContractSays(string status, params string[] values) =>
        Assert.All(values, value => Assert.Equal(status, BackendValues.Public(value)));
}
