using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using PipelineAspire.StatusStream.Http;
using HttpMethod = Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpMethod;
using HttpVersion = Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpVersion;

namespace PipelineAspire.StatusStream.Streaming.Direct;

/// <summary>
/// The head of a request, read by Kestrel's own parser. Whatever is out of the ordinary makes it unfit, and the HTTP
/// stack's business.
/// </summary>
internal sealed class RequestHead : IHttpRequestLineHandler, IHttpHeadersHandler
{
    private const int MostHeaders = 100; // as Kestrel has it

    private static readonly HttpParser<RequestHead> Parser = new(showErrorDetails: false);
    private static readonly SearchValues<byte> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:[]"u8);

    // They say something about a body, the connection or the protocol.
    private static readonly string[] Unfit = ["Content-Length", "Transfer-Encoding", "Expect", "Upgrade", "HTTP2-Settings", "TE", "Trailer"];

    private bool _isFit = true;
    private int _headers;
    private int _hosts;
    private string _query = "";
    private StringValues _accept;
    private StringValues _lastEventId;

    /// <summary>Reads a head. False when it is none, or none for here.</summary>
    /// <param name="buffer">What has arrived.</param>
    /// <param name="head">The head; null as long as it is not whole.</param>
    public static bool TryParse(in ReadOnlySequence<byte> buffer, out RequestHead? head)
    {
        var partial = new RequestHead();
        var reader = new SequenceReader<byte>(buffer);
        head = null;
        try
        {
            if (Parser.ParseRequestLine(partial, ref reader) && Parser.ParseHeaders(partial, ref reader)) head = partial;
            return partial._isFit;
        }
        catch (BadHttpRequestException)
        {
            return false;
        }
    }

    /// <summary>What it asks for; null when it is not for here.</summary>
    /// <param name="mostPipelines">How many pipelines a stream may ask for.</param>
    public StreamRequest? ToStreamRequest(int mostPipelines)
    {
        if (!_isFit || _hosts != 1 || !AcceptHeader.Allows(_accept, StreamRequest.EventStream)) return null;
        var query = new QueryCollection(QueryHelpers.ParseQuery(_query));
        return PipelineIdsQuery.TryParse(query[PipelineIdsQuery.Name], mostPipelines, out var pipelineIds, out _)
            ? new StreamRequest(pipelineIds, StreamRequest.ReadLastEventId(_lastEventId, query))
            : null;
    }

    public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
    {
        var path = startLine.Slice(targetPath.Offset, targetPath.Length);
        var query = startLine[(targetPath.Offset + targetPath.Length)..];
        _isFit &= versionAndMethod is { Method: HttpMethod.Get, Version: HttpVersion.Http11 } && Ascii.Equals(path, StreamRequest.Path) && Ascii.IsValid(query);
        if (_isFit) _query = Encoding.ASCII.GetString(query);
    }

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _isFit &= ++_headers <= MostHeaders && !IsOneOf(Unfit, name);
        if (Is(name, "Host"))
        {
            _hosts++;
            _isFit &= !value.IsEmpty && !value.ContainsAnyExcept(HostCharacters);
        }
        else if (Is(name, "Connection"))
        {
            _isFit &= Ascii.EqualsIgnoreCase(value, "keep-alive");
        }
        else if (Is(name, "Accept"))
        {
            _accept = StringValues.Concat(_accept, Text(value));
        }
        else if (Is(name, StreamRequest.LastEventIdHeader))
        {
            _lastEventId = StringValues.Concat(_lastEventId, Text(value));
        }
    }

    public void OnHeadersComplete(bool endStream)
    {
    }

    public void OnStaticIndexedHeader(int index) => throw new NotSupportedException("HTTP/1.1 has no indexed headers.");

    public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException("HTTP/1.1 has no indexed headers.");

    private string Text(ReadOnlySpan<byte> value)
    {
        _isFit &= Ascii.IsValid(value);
        return Encoding.ASCII.GetString(value);
    }

    private static bool Is(ReadOnlySpan<byte> name, string wanted) => Ascii.EqualsIgnoreCase(name, wanted);

    private static bool IsOneOf(string[] names, ReadOnlySpan<byte> name)
    {
        foreach (var one in names)
        {
            if (Is(name, one)) return true;
        }

        return false;
    }
}
