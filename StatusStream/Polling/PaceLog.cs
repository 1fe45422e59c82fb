using PipelineAspire.StatusStream.Polling.Pacing;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>Says once when the backend goes or comes back, and when the budget begins or ends to stretch the intervals.</summary>
internal sealed class PaceLog(ILogger logger)
{
    private bool _wasDown;
    private bool _wasStretched;

    public void Look(PollSchedule schedule)
    {
        if (schedule.IsBackendDown && !_wasDown) logger.BackendDown(schedule.Tally.Failing);
        if (!schedule.IsBackendDown && _wasDown) logger.BackendUp();
        if (schedule.Stretch > 1 && !_wasStretched) logger.Stretched(schedule.Stretch);
        if (schedule.Stretch <= 1 && _wasStretched) logger.Unstretched();
        (_wasDown, _wasStretched) = (schedule.IsBackendDown, schedule.Stretch > 1);
    }
}
