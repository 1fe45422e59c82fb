namespace PipelineAspire.Web.Account;

internal static partial class AccountLog
{
    [LoggerMessage(61, LogLevel.Warning, "Somebody could not be signed in: {Reason}")]
    public static partial void SignInFailed(this ILogger logger, string? reason);
}
