using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>A subscriber that gets fields knows which it was told last of each pipeline.</summary>
internal sealed partial class Subscriber
{
    /// <summary>The fields told last, by slot; null for a subscriber that gets none.</summary>
    private PipelineFields?[]? _sentFields;

    /// <summary>True when it is told fields, and of changes of fields alone.</summary>
    public bool WantsFields => _sentFields is not null;

    /// <summary>A batch tells all that is known of a pipeline, or confirms it.</summary>
    private void NoteInBatch(int slot, PipelineRecord record)
    {
        if (_sentFields is not null) _sentFields[slot] = record.Fields;
    }

    /// <summary>What an event is to say of a record's fields, which are told then.</summary>
    private FieldsPart TakeFields(int slot, PipelineRecord record)
    {
        if (_sentFields is null) return FieldsPart.None;
        var sent = _sentFields[slot];
        _sentFields[slot] = record.Fields;
        if (PipelineFields.AreSame(sent, record.Fields)) return FieldsPart.None;
        return sent is not null && ReferenceEquals(sent, record.FieldsBefore) ? FieldsPart.Changed : FieldsPart.All;
    }
}
