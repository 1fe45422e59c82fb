using System.Buffers;
using System.Text.Json;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>What takes the items of a list one by one.</summary>
internal delegate void JsonItemHandler(ReadOnlySpan<byte> item);

/// <summary>
/// Reads a list item by item as it arrives, so that a long one never stands in memory as a whole: either the body is an array, or it
/// has one under a path. What is no object in it is passed over, and null is a list without items.
/// </summary>
/// <param name="items">Where the array is; null where it is the body itself.</param>
/// <param name="limit">How many bytes the body may have.</param>
/// <param name="handle">Takes each item, JSON in UTF-8.</param>
internal sealed class JsonItems(JsonPath? items, int limit, JsonItemHandler handle)
{
    private readonly int _names = items?.Segments.Count ?? 0;

    /// <summary>The objects and arrays around the present place: how far the path leads to each (null for astray), and an array's next place.</summary>
    private readonly Stack<(int? Found, int? Place)> _around = new();

    private JsonReaderState _state;
    private int? _foundByName;
    private bool _isInItems;
    private bool _isFound;

    /// <exception cref="JsonException">The body is not complete JSON, or has no such array.</exception>
    /// <exception cref="IOException">The body is too large, or the connection broke.</exception>
    /// <exception cref="InvalidOperationException">A name in it is no text: bytes that are not UTF-8, or an escape that is no character.</exception>
    public async ValueTask ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            var (length, total, isLast) = (0, 0L, false);
            while (!isLast)
            {
                // Looked at a whole buffer at a time, however small the pieces are: an item that is not complete is begun anew.
                var read = await body.ReadAtLeastAsync(buffer.AsMemory(length), buffer.Length - length, throwOnEndOfStream: false, cancellationToken);
                var start = total == 0 && buffer.AsSpan(0, read).StartsWith("\uFEFF"u8) ? 3 : 0;
                length += read;
                isLast = length < buffer.Length;
                if ((total += read) > limit) throw new IOException($"The body is larger than {limit} bytes.");
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

    /// <summary>Follows the path.</summary>
    private void Look(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _foundByName = _around.Peek().Found is { } found ? items?.Into(found, reader.GetString()!) : null;
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _around.Pop();
                break;
            default:
                LookAtValue(reader.TokenType, FoundHere());
                break;
        }
    }

    private void LookAtValue(JsonTokenType token, int? found)
    {
        if (found == _names && token is (JsonTokenType.StartArray or JsonTokenType.Null))
        {
            _isFound = true;
            _isInItems = token == JsonTokenType.StartArray;
        }
        else if (token is JsonTokenType.StartObject or JsonTokenType.StartArray) _around.Push((found, token == JsonTokenType.StartArray ? 0 : null));
    }

    /// <summary>How far the path leads to the value that begins here.</summary>
    private int? FoundHere()
    {
        if (!_around.TryPeek(out var around)) return 0;
        if (around.Place is not { } place) return _foundByName;
        _around.Pop();
        _around.Push((around.Found, place + 1));
        return around.Found is { } found ? items?.Into(found, place) : null;
    }
}
