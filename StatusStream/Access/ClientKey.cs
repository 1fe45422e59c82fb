using System.Net;
using System.Net.Sockets;
using System.Security.Claims;

namespace PipelineAspire.StatusStream.Access;

/// <summary>
/// Who a request is from, as limits count: the signed-in subject, else the address. What a proxy says of the address is
/// believed by the host's middleware or not at all.
/// </summary>
/// <param name="Name">Names the client in a log.</param>
internal readonly record struct ClientKey(string Name)
{
    private const int NetworkBytes = 8;
    private const string Subject = "sub";

    /// <summary>The client of a request.</summary>
    public static ClientKey Of(HttpContext context) =>
        SubjectOf(context.User) is { Length: > 0 } subject ? new ClientKey($"subject {subject}") : Of(context.Connection.RemoteIpAddress);

    /// <summary>The client at an address: of IPv6 its /64, which is what one household or machine is given.</summary>
    public static ClientKey Of(IPAddress? address)
    {
        if (address is null) return new ClientKey("this machine"); // a Unix socket has no address
        if (address.IsIPv4MappedToIPv6) return new ClientKey(address.MapToIPv4().ToString());
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return new ClientKey(address.ToString());
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new ClientKey($"{new IPAddress(bytes)}/64");
    }

    public override string ToString() => Name;

    /// <summary>Who is signed in; null for nobody, or somebody without a name.</summary>
    public static string? SubjectOf(ClaimsPrincipal user) =>
        user.Identity is { IsAuthenticated: true } ? user.FindFirstValue(ClaimTypes.NameIdentifier) ?? user.FindFirstValue(Subject) : null;
}
