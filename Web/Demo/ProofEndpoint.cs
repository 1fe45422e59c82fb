namespace PipelineAspire.Web.Demo;

/// <summary>The button that kills the poller and proves that nobody misses it.</summary>
internal static class ProofEndpoint
{
    public static async Task<IResult> StartAsync(HttpContext context, Proof proof, DemoReplicas replicas, CancellationToken cancellationToken)
    {
        var alive = (await replicas.LookAsync(cancellationToken)).Count(replica => replica.State is { Sharing: "shared" });
        if (alive < 2)
            return TypedResults.Problem(
                $"This takes two replicas that share a Redis, one to kill and one to take over; there {(alive == 1 ? "is" : "are")} {alive}.",
                statusCode: StatusCodes.Status409Conflict);
        return proof.Begin(context.Request.Headers.Cookie)
            ? TypedResults.Accepted((string?)null)
            : TypedResults.Problem("A proof is under way.", statusCode: StatusCodes.Status409Conflict);
    }
}
