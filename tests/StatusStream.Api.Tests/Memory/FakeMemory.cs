using Microsoft.Extensions.Time.Testing;
using PipelineAspire.ServiceDefaults.Memory;

namespace PipelineAspire.StatusStream.Tests.Memory;

/// <summary>Memory of which the test says what is allocated, and how long trimming takes.</summary>
internal sealed class FakeMemory(FakeTimeProvider time) : IManagedMemory
{
    private readonly TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _allocated;

    public TimeSpan TrimTakes { get; init; }

    /// <summary>How often it was trimmed.</summary>
    public int Trims { get; private set; }

    /// <summary>Completes when somebody has looked.</summary>
    public Task Looked => _looked.Task;

    public long Allocated
    {
        get
        {
            _looked.TrySetResult();
            return Interlocked.Read(ref _allocated);
        }
    }

    public void Allocate(long bytes) => Interlocked.Add(ref _allocated, bytes);

    public void Trim()
    {
        Trims++;
        time.Advance(TrimTakes);
    }
}
