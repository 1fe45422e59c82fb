namespace PipelineAspire.StatusStream.Client;

/// <summary>What a failure of HTTP is about often stands in the innermost exception alone, which no log shows.</summary>
internal static class FailureMessage
{
    /// <summary>The message, with the innermost one behind it where that says more; without a full stop.</summary>
    public static string Of(Exception failure)
    {
        var message = Tidy(failure);
        var cause = Tidy(failure.GetBaseException());
        return message.Contains(cause, StringComparison.Ordinal) ? message : $"{message}: {cause}";
    }

    private static string Tidy(Exception failure) =>
        failure.Message.Replace(", see inner exception", "", StringComparison.OrdinalIgnoreCase).TrimEnd('.');
}
