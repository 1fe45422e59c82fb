using System.Net;
using System.Text.Json;

namespace PipelineAspire.Web.Pipelines;

/// <summary>
/// Reads pipelines for the first paint of a page, all within <see cref="Deadline"/>. Failing is an outcome here, not an exception: a
/// page without statuses is still a page, and what could be read is shown.
/// </summary>
public sealed class PipelineReader(StatusServiceClient service, StatusParts parts, ViewerRights rights, TimeProvider timeProvider, ILogger<PipelineReader> log)
{
    /// <summary>One backend read that the status service may have to wait for, and a little.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(4);

    /// <summary>All pipelines with their present statuses; a status that is not known is unknown.</summary>
    public async Task<ReadResult<IReadOnlyList<PipelineView>>> ListAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Deadline, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        return await Guard<IReadOnlyList<PipelineView>>(async () =>
        {
            var all = PipelineJson.List(await service.GetAsync("", either.Token));
            var visible = (await rights.FindVisibleAsync([.. all.Select(pipeline => pipeline.Id)], either.Token)).ToHashSet(StringComparer.Ordinal);
            IReadOnlyList<PipelineView> pipelines = [.. all.Where(pipeline => visible.Contains(pipeline.Id))];
            var statuses = await parts.ReadAsync([.. pipelines.Select(pipeline => pipeline.Id)], either.Token, cancellationToken);
            return [.. pipelines.Select(pipeline => pipeline with { Status = statuses.GetValueOrDefault(pipeline.Id, PublicStatus.Unknown) })];
        }, cancellationToken);
    }

    /// <summary>One pipeline. One that the backend cannot be asked about now is shown all the same: it may be told of later.</summary>
    public async Task<ReadResult<PipelineView>> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!PublicStatus.IsPipelineId(id)) return new(ReadOutcome.Missing);
        using var deadline = new CancellationTokenSource(Deadline, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        return await Guard(async () =>
        {
            if ((await rights.FindVisibleAsync([id], either.Token)).Count == 0) throw new RefusedException(HttpStatusCode.NotFound, detail: null, maxPipelines: null);
            try
            {
                return PipelineJson.Health(id, await service.GetAsync($"/{id}/health", either.Token));
            }
            catch (RefusedException refusal) when (refusal.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout)
            {
                log.StatusServiceUnavailable(refusal);
                return PipelineView.Unknown(id);
            }
        }, cancellationToken);
    }

    /// <summary>What pipelines may be asked for; nothing when that cannot be read.</summary>
    public async Task<IReadOnlyList<string>> ActionsAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Deadline, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var read = await Guard(async () => PipelineJson.Actions(await service.GetAsync("/actions", either.Token)), cancellationToken);
        return read.Value ?? [];
    }

    private async Task<ReadResult<T>> Guard<T>(Func<Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return new(ReadOutcome.Found, await read());
        }
        catch (RefusedException missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            return new(ReadOutcome.Missing);
        }
        catch (ListShapeException shape)
        {
            log.StatusServiceUnavailable(shape);
            return new(ReadOutcome.Misunderstood, Reason: shape.Message);
        }
        catch (Exception exception) when (exception is HttpRequestException or RefusedException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            log.StatusServiceUnavailable(exception);
            return new(ReadOutcome.Unavailable, Reason: (exception as RefusedException)?.Detail);
        }
    }
}
