using PipelineAspire.StatusStream.Client;

// Usage: console http://localhost:5080 orders billing
using var over = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) => { pressed.Cancel = true; over.Cancel(); };
using var http = new HttpClient { BaseAddress = new Uri(args[0]), Timeout = Timeout.InfiniteTimeSpan };
var client = new StatusStreamClient(http);
try
{
    await foreach (var told in client.WatchAsync(args[1..], over.Token))
    {
        switch (told)
        {
            case BatchUpdate batch: foreach (var (id, status) in batch.Updates) Console.WriteLine($"{id} is {status}"); break;
            case StatusUpdate update: Console.WriteLine($"{update.PipelineId}: {update.PreviousStatus} -> {update.Status}"); break;
            case StreamError error: Console.WriteLine($"in doubt ({error.Code}): {error.Message}"); break;
            case ConnectionLost lost: Console.WriteLine($"lost: {lost.Reason}; again in {lost.RetryIn.TotalSeconds:0.0} s"); break;
        }
    }
}
catch (OperationCanceledException)
{
    // Ctrl+C: that was all.
}
