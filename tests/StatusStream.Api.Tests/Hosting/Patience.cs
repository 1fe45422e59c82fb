namespace PipelineAspire.StatusStream.Tests.Hosting;

internal static class Patience
{
    /// <summary>Long enough for a slow machine, short enough that a hanging test is noticed.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit);

    public static Task Soon(this ValueTask task) => task.AsTask().WaitAsync(Limit);

    /// <summary>
    /// Returns once something is true that no event announces (a count inside the server, say), looking at it anew
    /// whenever the thread pool has had its turn.
    /// </summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (!condition())
        {
            if (clock.GetElapsedTime(start) > Limit) Assert.Fail($"Waited in vain: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), clock);
        }
    }

    /// <summary>The same for what it takes a request to see.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (!await condition())
        {
            if (clock.GetElapsedTime(start) > Limit) Assert.Fail($"Waited in vain: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), clock);
        }
    }
}
