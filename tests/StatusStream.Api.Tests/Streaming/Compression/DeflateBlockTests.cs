using System.Text;
using PipelineAspire.StatusStream.Streaming.Compression;

namespace PipelineAspire.StatusStream.Tests.Streaming.Compression;

public class DeflateBlockTests
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 40).Select(i => $"pipeline-{i} is active, ")));

    [Fact]
    public void TheSameBytesAreTheSameBlockWhateverWasCompressedBefore()
    {
        var first = DeflateBlock.Compress(Text);
        DeflateBlock.Compress("something else"u8);

        Assert.Equal(first, DeflateBlock.Compress(Text));
        Assert.True(first.Length < Text.Length / 4, $"{Text.Length} became {first.Length}.");
    }

    [Fact]
    public void BlocksStandInAnyOrderInAnyNumberOfBodies()
    {
        DeflateBlock.Compress(Text); // nothing that follows may refer to this
        var (text, noise) = (DeflateBlock.Compress(Text), DeflateBlock.Compress("noise"u8));

        using var one = new Gunzip();
        Assert.Equal(Encoding.UTF8.GetString(Text), one.Read(text));
        Assert.Equal("noise", one.Read(noise));
        Assert.Equal(Encoding.UTF8.GetString(Text), one.Read(text));
        using var other = new Gunzip();
        Assert.Equal("noise", other.Read(noise));
        Assert.Equal(Encoding.UTF8.GetString(Text), other.Read(text));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(65535)]
    public void WhatCompressionWouldMakeLongerIsStoredInFiveBytesMore(int length)
    {
        var noise = new byte[length];
        new Random(1).NextBytes(noise);
        var block = DeflateBlock.Compress(noise);

        Assert.Equal(length + 5, block.Length);
        Assert.Equal(noise, block[5..]);
        Assert.Equal(0, block[0]); // stored, and not the final one
    }

    [Theory]
    [InlineData(65536)]
    [InlineData(200_000)]
    public void WhatIsLongerThanAStoredBlockIsSeveral(int length)
    {
        var noise = new byte[length];
        new Random(1).NextBytes(noise);
        byte[] body = [.. GzipWriter.Start(""u8), .. DeflateBlock.Store(noise), 0x03, 0x00, .. Crc(noise), .. BitConverter.GetBytes(length)];

        Assert.Equal(noise, Gunzip.Whole(body));
    }

    private static byte[] Crc(byte[] bytes) => System.IO.Hashing.Crc32.Hash(bytes);
}
