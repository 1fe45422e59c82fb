namespace PipelineAspire.Web.Pages;

/// <summary>How long ago something was, in words as short as the page's script uses them.</summary>
public static class RelativeTime
{
    public static string Ago(DateTimeOffset? moment, DateTimeOffset now)
    {
        if (moment is not { } then) return "not known";
        var passed = now - then;
        return passed switch
        {
            { TotalSeconds: < 5 } => "just now",
            { TotalSeconds: < 60 } => $"{(int)passed.TotalSeconds} s ago",
            { TotalMinutes: < 60 } => $"{(int)passed.TotalMinutes} min ago",
            { TotalHours: < 24 } => $"{(int)passed.TotalHours} h ago",
            _ => $"{(int)passed.TotalDays} d ago",
        };
    }
}
