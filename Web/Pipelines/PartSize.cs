namespace PipelineAspire.Web.Pipelines;

/// <summary>How many pipelines the status service, and whatever stands before it, takes in one request: learned when it refuses.</summary>
public sealed class PartSize
{
    /// <summary>What StatusStream.Api takes by default.</summary>
    private const int First = 500;

    /// <summary>A refusal that does not say how many are allowed is believed to be about their number down to here.</summary>
    private const int SmallestGuess = 25;

    private int _current = First;

    public int Current => Volatile.Read(ref _current);

    /// <summary>How many to try after a refusal of so many; null when fewer would not help.</summary>
    public static int? Smaller(int count, RefusedException refusal)
    {
        if (!refusal.IsTooLarge) return null;
        if (refusal.MaxPipelines is { } most) return most >= 1 && most < count ? most : null;
        return count > SmallestGuess ? (count + 1) / 2 : null;
    }

    /// <summary>So many were taken after more had been refused.</summary>
    public void Learn(int size)
    {
        var current = Current;
        while (size < current)
        {
            var seen = Interlocked.CompareExchange(ref _current, size, current);
            if (seen == current) return;
            current = seen;
        }
    }
}
