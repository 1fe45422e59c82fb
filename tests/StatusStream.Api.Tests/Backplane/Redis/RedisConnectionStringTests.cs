using System.Net;
using PipelineAspire.StatusStream.Backplane.Redis;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Tests.Backplane.Redis;

/// <summary>What people write where a Redis is to be named: understood, or refused by name.</summary>
public sealed class RedisConnectionStringTests
{
    private const string Secret = "s3cr3t";

    [Theory]
    [InlineData("redis://host", "host:6379")]
    [InlineData("redis://host/", "host:6379")]
    [InlineData("redis://host:6380", "host:6380")]
    [InlineData("REDIS://host:6380", "host:6380")]
    [InlineData("valkey://host", "host:6379")]
    [InlineData("redis://my_redis:6379", "my_redis:6379")]
    [InlineData("redis://10.0.0.1:7000", "10.0.0.1:7000")]
    [InlineData("redis://[::1]:6379", "[::1]:6379")]
    [InlineData("redis://[::1]", "[::1]:6379")]
    [InlineData("redis://:pw@[2001:db8::5]:7000/1", "[2001:db8::5]:7000")]
    [InlineData("redis://one:7001,two:7002,three", "one:7001 two:7002 three:6379")]
    [InlineData("redis://:pw@one:7001, [::1]:7002/0", "one:7001 [::1]:7002")]
    [InlineData("redis://one,two:7002?serviceName=mymaster", "one:26379 two:7002")]
    [InlineData("host", "host:0")]
    [InlineData("host:6380", "host:6380")]
    [InlineData("redis:6379", "redis:6379")]
    [InlineData("[::1]:6379", "[::1]:6379")]
    [InlineData("::1", "[::1]:0")]
    [InlineData("one:7001,two:7002,password=pw,,", "one:7001 two:7002")]
    [InlineData("password=pw,host:6379", "host:6379")]
    [InlineData("  host:6379\n", "host:6379")]
    [InlineData("\"host:6379\"", "host:6379")]
    [InlineData("' redis://host:6379/ '", "host:6379")]
    public void ItsHostsAreUnderstood(string text, string hosts) =>
        Assert.Equal(hosts, string.Join(' ', RedisConnectionString.Parse(text).EndPoints.Select(Text)));

    [Fact]
    public void AUnixDomainSocketIsLeftToTheLibrary() => Assert.Single(RedisConnectionString.Parse("!/run/redis.sock,password=pw").EndPoints);

    [Theory]
    [InlineData("redis://:pw@host", null, "pw")]
    [InlineData("redis://user:pw@host", "user", "pw")]
    [InlineData("redis://user:p%40%2F%3A%25%2Cw@host", "user", "p@/:%,w")]
    [InlineData("redis://us%20er:pw@host", "us er", "pw")]
    [InlineData("redis://:p@ss:word@host:1", null, "p@ss:word")]
    [InlineData("redis://:a,b+c=d@host", null, "a,b+c=d")]
    [InlineData("redis://host?password=p%2Cw&user=user", "user", "p,w")]
    [InlineData("redis://@host", null, null)]
    [InlineData("redis://:@host", null, null)]
    [InlineData("redis://host", null, null)]
    [InlineData("host,user=user,password=p@s=s", "user", "p@s=s")]
    [InlineData("host,password=p://w", null, "p://w")]
    public void ItsCredentialsAreUnderstood(string text, string? user, string? password)
    {
        var connection = RedisConnectionString.Parse(text);

        Assert.Equal((user, password), (connection.User, connection.Password));
    }

    [Theory]
    [InlineData("redis://host", null, false)]
    [InlineData("redis://host/0", 0, false)]
    [InlineData("redis://:pw@host:6379/12", 12, false)]
    [InlineData("redis://host?db=3", 3, false)]
    [InlineData("redis://host/?defaultDatabase=3&ssl=true", 3, true)]
    [InlineData("rediss://user:pw@host:6380/2?abortConnect=false", 2, true)]
    [InlineData("rediss://host?ssl=false", null, true)]
    [InlineData("valkeys://host", null, true)]
    [InlineData("host,defaultDatabase=5,ssl=true", 5, true)]
    public void ItsDatabaseAndTlsAreUnderstood(string text, int? database, bool isTls)
    {
        var connection = RedisConnectionString.Parse(text);

        Assert.Equal((database, isTls), (connection.DefaultDatabase, connection.Ssl));
    }

    [Fact]
    public void OptionsInAUrlAreThoseOfTheLibrary()
    {
        var connection = RedisConnectionString.Parse("redis://host?channelPrefix=my%20app%3A&protocol=resp3&$CONFIG=&$SUBSCRIBE=HEAR&tiebreaker=");

        Assert.Equal("my app:", (string?)connection.ChannelPrefix);
        Assert.Equal(RedisProtocol.Resp3, connection.Protocol);
        Assert.Equal("", connection.TieBreaker);
        Assert.Contains("$SUBSCRIBE=HEAR", connection.CommandMap.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "names no server")]
    [InlineData("  ", "names no server")]
    [InlineData("\"\"", "names no server")]
    [InlineData(",", "names no server")]
    [InlineData("ssl=true", "names no server")]
    [InlineData("redis://", "names no server")]
    [InlineData("redis:///0", "names no server")]
    [InlineData("redis://:s3cr3t@/0", "names no server")]
    [InlineData("redis://:6379", "':6379'")]
    [InlineData("http://host:6379", "http://")]
    [InlineData("https://:s3cr3t@host", "https://")]
    [InlineData("tcp://host:6379", "tcp://")]
    [InlineData("unix:///run/redis.sock", "unix://")]
    [InlineData("redis+sentinel://host", "redis+sentinel://")]
    [InlineData("one:6379,redis://two:6379", "'redis://two:6379': a scheme stands once")]
    [InlineData("redis://:s3cr3t@one,redis://:s3cr3t@two", "a scheme stands once")]
    [InlineData("redis://one,redis://two", "a scheme stands once")]
    [InlineData("redis://host:0", "port of 'host:0'")]
    [InlineData("redis://host:65536", "port of 'host:65536'")]
    [InlineData("redis://host:", "port of 'host:'")]
    [InlineData("redis://host:-1", "port of 'host:-1'")]
    [InlineData("redis://[::1]:99999", "port of '[::1]:99999'")]
    [InlineData("redis://[::1", "'[::1'")]
    [InlineData("redis://[host]:1", "'[host]:1'")]
    [InlineData("redis://[::1]6379", "'[::1]6379'")]
    [InlineData("redis://::1:6379", "brackets")]
    [InlineData("redis://one,,two", "''")]
    [InlineData("redis://ho st", "'ho st'")]
    [InlineData("redis://:s3cr3t@one:1,t wo", "part 2")]
    [InlineData("redis://host/first", "database")]
    [InlineData("redis://host/-1", "database")]
    [InlineData("redis://host/1/2", "database")]
    [InlineData("redis://host/99999999999", "database")]
    [InlineData("redis://host/1?db=2", "database twice")]
    [InlineData("redis://host?db=two", "defaultDatabase")]
    [InlineData("redis://host#1", "fragment")]
    [InlineData("redis://:s3cr3t/2@host", "URL-encoded")]
    [InlineData("redis://:s3cr3t?2@host", "URL-encoded")]
    [InlineData("redis://:s3cr3t#2@host", "URL-encoded")]
    [InlineData("redis://:s3cr3t/@host@host/0", "URL-encoded")]
    [InlineData("redis://user@host", "user without a password")]
    [InlineData("redis://host,ssl=true", "?name=value")]
    [InlineData("redis://host:6379,password=s3cr3t", "?name=value")]
    [InlineData("redis://host:6379/0,password=s3cr3t", "?name=value")]
    [InlineData("redis://host:6379,password=s3c@s3cr3t", "?name=value")]
    [InlineData("redis://host?ssl_cert_reqs=none", "an option is unknown")]
    [InlineData("redis://host?timeout=5", "option timeout is unknown")]
    [InlineData("redis://host?sslHost=a,b", "option sslHost has a comma")]
    [InlineData("host:0", "port of 'host:0'")]
    [InlineData("host:65536", "port of 'host:65536'")]
    [InlineData("host:port", "port of 'host:port'")]
    [InlineData("one:1,two:99999", "port of 'two:99999'")]
    [InlineData("::1:6379", "brackets")]
    [InlineData("host 6379", "'host 6379'")]
    [InlineData("=host", "'=host'")]
    [InlineData("user:s3cr3t@host:6379", "part 1")]
    [InlineData("host;password=s3cr3t", "an option is unknown")]
    [InlineData("host,pasword=s3cr3t", "option pasword is unknown")]
    [InlineData("host,password=a,s3cr3t=b", "part 3, after the password,")]
    [InlineData("host,password=a,s3c/r3t", "part 3")]
    [InlineData("host,user=me", "user without a password")]
    [InlineData("host,ssl=perhaps", "option ssl has a value")]
    [InlineData("host,password=s3cr3t,ssl=perhaps", "option ssl has a value")]
    [InlineData("host,defaultDatabase=two", "option defaultDatabase has a value")]
    [InlineData("host,defaultDatabase=-1", "defaultDatabase must be 0 or more")]
    [InlineData("host,protocol=resp4", "option protocol has a value")]
    [InlineData("host,proxy=Twemproxy", "proxy=Twemproxy")]
    [InlineData("host,proxy=envoyproxy", "proxy=Envoyproxy")]
    [InlineData("redis://host?proxy=Twemproxy", "proxy=Twemproxy")]
    [InlineData("host,channelPrefix=my{}app", "channelPrefix")]
    [InlineData("host,$SUBSCRIBE=", "$SUBSCRIBE= disables")]
    [InlineData("host,$evalsha=", "$evalsha= disables")]
    [InlineData("host,$EVAL=", "$EVAL= disables")]
    [InlineData("host,$PUBLISH=", "$PUBLISH= disables")]
    [InlineData("host,$PUBLISH=SAY", "$PUBLISH renames")]
    [InlineData("redis://host?$TIME=CLOCK", "$TIME renames")]
    public void WhatCannotWorkIsRefusedByNameAndWithoutThePassword(string text, string part)
    {
        var refusal = Assert.Throws<FormatException>(() => RedisConnectionString.Parse(text));

        Assert.Contains(part, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$SUBSCRIBE=HEAR")]
    [InlineData("$EVALSHA=RUN,$EVAL=DO")]
    [InlineData("$GET=get")]
    [InlineData("$CONFIG=,$INFO=,$CLUSTER=,$CLIENT=,$PING=,$ECHO=,$SCRIPT=")]
    public void CommandsThatAreNotNeededUnderTheirOwnNamesMayBeRenamed(string options) =>
        Assert.Single(RedisConnectionString.Parse("host," + options).EndPoints);

    private static string Text(EndPoint endPoint) => endPoint switch
    {
        DnsEndPoint name => FormattableString.Invariant($"{name.Host}:{name.Port}"),
        _ => endPoint.ToString()!,
    };
}
