namespace PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;

/// <summary>A way to the statuses: a host where claims say who may see what, and one that says it by itself.</summary>
internal sealed class GuardedWay(GuardedHost byClaims, GuardedHost byAuthorizer) : IDisposable
{
    public GuardedHost Of(Decider decider) => decider == Decider.Claims ? byClaims : byAuthorizer;

    public void Dispose()
    {
        byClaims.Dispose();
        byAuthorizer.Dispose();
    }
}
