using System.Collections.Concurrent;
using System.Text.Json;

namespace PipelineAspire.Web.Pipelines;

/// <summary>Reads the statuses of any number of pipelines in as many requests as it takes. A part that fails harms only itself.</summary>
public sealed class StatusParts(StatusServiceClient service, PartSize size, ILogger<StatusParts> log)
{
    private const int AtOnce = 4;

    /// <summary>The statuses that could be read, by pipeline. It throws only when nobody waits any more.</summary>
    /// <param name="ids">The pipelines, valid ids.</param>
    /// <param name="deadline">What has not been read by then is left out.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        IReadOnlyList<string> ids, CancellationToken deadline, CancellationToken cancellationToken)
    {
        var statuses = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var unread = 0;
        await Parallel.ForEachAsync(
            ids.Chunk(size.Current),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (part, _) => Interlocked.Add(ref unread, await ReadPartAsync(part, refusedFrom: null, statuses, deadline, cancellationToken)));
        if (unread > 0) log.StatusesUnread(unread, ids.Count);
        return statuses;
    }

    /// <summary>Reads one part, in smaller ones where it is too large; says of how many pipelines nothing was read.</summary>
    private async Task<int> ReadPartAsync(
        string[] part, int? refusedFrom, ConcurrentDictionary<string, string> statuses, CancellationToken deadline, CancellationToken cancellationToken)
    {
        try
        {
            var batch = await service.GetAsync($"/status?pipelineIds={string.Join(',', part)}", deadline);
            foreach (var (id, status) in PipelineJson.Statuses(batch)) statuses[id] = status;
            if (refusedFrom is { } works) size.Learn(works);
            return 0;
        }
        catch (RefusedException refusal) when (PartSize.Smaller(part.Length, refusal) is { } smaller)
        {
            var unread = 0;
            foreach (var piece in part.Chunk(smaller)) unread += await ReadPartAsync(piece, smaller, statuses, deadline, cancellationToken);
            return unread;
        }
        catch (Exception e) when (e is HttpRequestException or RefusedException or JsonException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            log.PartUnread(part.Length, e);
            return part.Length;
        }
    }
}
