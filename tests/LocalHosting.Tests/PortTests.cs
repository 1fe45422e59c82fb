using System.Net;
using System.Net.Sockets;
using PipelineAspire.LocalHosting.Planning;

namespace PipelineAspire.LocalHosting.Tests;

public sealed class PortTests
{
    [Fact]
    public void AReservedPortCanBeListenedOnAgainAndAgain()
    {
        using var reservation = new PortReservation();
        reservation.HandOver();
        for (var start = 0; start < 3; start++)
        {
            using var replica = new TcpListener(IPAddress.Loopback, reservation.Port);
            replica.Start();
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, reservation.Port);
            Assert.True(client.Connected);
        }
    }

    [Fact]
    public void AReservedPortIsGivenToNobodyWhoAsksForAFreeOne()
    {
        using var reservation = new PortReservation();
        var others = Enumerable.Range(0, 500).Select(_ => new PortReservation()).ToList();

        Assert.DoesNotContain(reservation.Port, others.Select(other => other.Port));
        Assert.Equal(500, others.Select(other => other.Port).Distinct().Count());
        others.ForEach(other => other.Dispose());
    }

    [Fact]
    public void APortThatNobodyListensOnIsFree()
    {
        using var reservation = new PortReservation();
        var port = reservation.Port;
        reservation.Dispose();

        FixedPort.MustBeFree(port, "backend", "here");
    }
}
