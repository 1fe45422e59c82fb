using System.Net;
using System.Text;

namespace PipelineAspire.EndToEnd.Tests.Running;

/// <summary>A backend whose list looks as the test wants, and whose pipelines are all paused.</summary>
internal sealed class ListBackend : IDisposable
{
    private readonly HttpListener _listener = new();

    public ListBackend()
    {
        Address = $"http://127.0.0.1:{FreePort.Take()}/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>What the list is, JSON.</summary>
    public string List { get; set; } = "[]";

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                var isList = context.Request.Url!.AbsolutePath == "/pipeline";
                context.Response.ContentType = "application/json";
                context.Response.Close(Encoding.UTF8.GetBytes(isList ? List : """{"overall_status":"Paused"}"""), willBlock: false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return; // the test is over
            }
        }
    }
}
