using System.Buffers;
using System.Text.Json;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>What takes the items of a list one by one.</summary>
internal delegate void JsonItemHandler(ReadOnlySpan<byte> item);

/// <summary>
/// Reads a list item by item as it arrives, so that a long one never stands in memory as a whole: either the body is an array, or it
/// has one under a path. What is no object in it is passed over.
/// </summary>
/// <param name="items">Where the array is; null where it is the body itself.</param>
/// <param name="limit">How many bytes the body may have.</param>
/// <param name="handle">Takes each item, JSON in UTF-8.</param>
internal sealed class JsonItems(JsonPath? items, int limit, JsonItemHandler handle)
{
    private JsonReaderState _state;
    private int _matched;
    private bool _isNextMatched;
    private bool _isInItems;
    private bool _isFound;

    /// <exception cref="JsonException">The body is not complete JSON, or has no such array.</exception>
    /// <exception cref="IOException">The body is too large, or the connection broke.</exception>
    public async ValueTask ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            var (length, total, isLast) = (0, 0L, false);
            while (!isLast)
            {
                var read = await body.ReadAsync(buffer.AsMemory(length), cancellationToken);
                isLast = read == 0;
                length += read;
                if ((total += read) > limit) throw new IOException($"The body is larger than {limit} bytes.");
                var start = total == length && buffer.AsSpan(0, length).StartsWith("\uFEFF"u8) ? 3 : 0;
                var consumed = start + Take(buffer.AsSpan(start, length - start), isLast);
                buffer.AsSpan(consumed, length - consumed).CopyTo(buffer);
                length -= consumed;
                if (length == buffer.Length) buffer = BoundedBody.Grow(buffer);
            }

            if (!_isFound) throw new JsonException(items is null ? "The body is not a JSON array." : $"The body has no array '{items}'.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Takes what is complete of a piece; says how many bytes that was.</summary>
    private int Take(ReadOnlySpan<byte> piece, bool isLast)
    {
        var reader = new Utf8JsonReader(piece, isLast, _state);
        while (true)
        {
            var before = reader;
            if (!reader.Read()) break;
            if (!_isInItems)
            {
                Look(ref reader);
            }
            else if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                var (isObject, start) = (reader.TokenType == JsonTokenType.StartObject, (int)reader.TokenStartIndex);
                if (!reader.TrySkip())
                {
                    reader = before; // the rest of the item is yet to come
                    break;
                }

                if (isObject) handle(piece[start..(int)reader.BytesConsumed]);
            }
            else if (reader.TokenType == JsonTokenType.EndArray)
            {
                _isInItems = false;
            }
        }

        _state = reader.CurrentState;
        return (int)reader.BytesConsumed;
    }

    /// <summary>Follows the path: at each depth only the matching property leads further in.</summary>
    private void Look(ref Utf8JsonReader reader)
    {
        var isMatched = _isNextMatched;
        _isNextMatched = false;
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName when items is not null && reader.CurrentDepth == _matched + 1 && _matched < items.Segments.Count:
                _isNextMatched = string.Equals(reader.GetString(), items.Segments[_matched], StringComparison.OrdinalIgnoreCase);
                break;
            case JsonTokenType.StartObject when isMatched:
                _matched++;
                break;
            case JsonTokenType.EndObject when _matched > 0 && reader.CurrentDepth == _matched:
                _matched--;
                break;
            case JsonTokenType.StartArray when items is null ? reader.CurrentDepth == 0 && !_isFound : isMatched && _matched == items.Segments.Count - 1:
                _isInItems = _isFound = true;
                break;
            default:
                break;
        }
    }
}
