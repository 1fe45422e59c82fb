namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>What the backend says beside the body.</summary>
internal static class BackendHeaders
{
    private const int LongestTag = 1024;

    /// <summary>The entity tag as it was written, with or without quotes; null for none that could be sent back.</summary>
    public static string? ETag(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("ETag", out var values)) return null;
        var tag = values.ToString();

        // A star would be answered with 304 whatever there is.
        return tag is not ("" or "*") && tag.Length <= LongestTag && tag.All(static c => c is > ' ' and < '\x7f') ? tag : null;
    }

    /// <summary>How long the answer holds from now on; null when the backend does not say.</summary>
    public static TimeSpan? MaxAge(HttpResponseMessage response)
    {
        if (response.Headers.CacheControl is not { MaxAge: { } maxAge, NoCache: false, NoStore: false }) return null;
        var remaining = maxAge - (response.Headers.Age ?? TimeSpan.Zero);
        return remaining > TimeSpan.Zero ? remaining : null;
    }

    /// <summary>How long the backend asks to be left alone; null when it does not ask.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider timeProvider)
    {
        if (response.Headers.RetryAfter is not { } header) return null;

        // A date is meant by the backend's clock, so it is measured from the backend's own Date where there is one.
        var wait = header.Delta ?? (header.Date - (response.Headers.Date ?? timeProvider.GetUtcNow()));
        return wait > TimeSpan.Zero ? wait : null;
    }
}
