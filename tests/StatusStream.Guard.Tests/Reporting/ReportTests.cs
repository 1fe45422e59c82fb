using System.Xml.Linq;
using PipelineAspire.Benchmarks.Reporting;
using PipelineAspire.Benchmarks.Scenarios;

namespace PipelineAspire.Benchmarks.Tests.Reporting;

public sealed class ReportTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void RoundsOfOneLabelBecomeTheirMedianAndKeepEveryProblem()
    {
        Result[] rounds = [Cpu("a", 3), Cpu("a", 1, "lost"), Cpu("a", 8), Cpu("b", 2), Cpu("b", 4)];

        var medians = Result.Medians(rounds);

        Assert.Equal([("a", 3.0), ("b", 3.0)], medians.Select(result => (result.Label, result.Find(FigureNames.CpuPerDelivery)!.Value)));
        Assert.Equal(["lost"], medians[0].Problems);
    }

    [Fact]
    public void LinesAreReadAsTheyWereWritten()
    {
        var written = new Result("fan-out \"1\"", [new Figure("a", 1.5), new Figure("b", 2)], ["3 updates are missing"]);

        var read = JsonLines.Parse(JsonLines.Write(written));

        Assert.Equal(written.Label, read.Label);
        Assert.Equal(written.Figures, read.Figures);
        Assert.Equal(written.Problems, read.Problems);
    }

    [Fact]
    public void OfLinesOfOthersTheNumbersAtTheTopAreFigures()
    {
        var read = JsonLines.Parse("""{"label":"paced1000 limit","latency_ms":{"p50":5},"cpu_us_per_delivery":7.9,"rss_kb":[1]}""");

        Assert.Equal([new Figure(FigureNames.CpuPerDelivery, 7.9)], read.Figures);
    }

    [Fact]
    public void AFileThatIsNoResultsIsNamed() =>
        Assert.Contains("no-such-file", Assert.Throws<BenchmarkException>(() => JsonLines.Read("no-such-file")).Message, StringComparison.Ordinal);

    [Fact]
    public void ThePictureIsWellFormedWhateverTheLabels()
    {
        var picture = XElement.Parse(ResultPicture.Draw([Cpu("a <b> & \"c\"", 8.2), Cpu("nothing", 0)]));

        Assert.Equal(Svg + "svg", picture.Name);
        Assert.Contains(picture.Descendants(Svg + "text"), text => text.Value == "a <b> & \"c\"");
        Assert.Contains(picture.Descendants(Svg + "text"), text => text.Value == "8.20");
    }

    [Fact]
    public void BarsAreAsLongAsTheirValuesAndStayWithinThePicture()
    {
        var picture = XElement.Parse(SvgBars.Draw([new BarPanel("x", [new Bar("half", 50), new Bar("whole", 100)])]));
        var bars = picture.Elements(Svg + "rect").Skip(1).Select(bar => (X: (double)bar.Attribute("x")!, Width: (double)bar.Attribute("width")!)).ToList();

        Assert.Equal(2, bars[1].Width / bars[0].Width, precision: 1);
        Assert.All(bars, bar => Assert.InRange(bar.X + bar.Width, 0, (double)picture.Attribute("width")!));
    }

    [Fact]
    public void OfBackendReadsTheLargestSystemIsShownBesideTheOtherDesigns()
    {
        Result[] results = [Reads("small", 10), Reads("large", 1000)];

        var words = XElement.Parse(ResultPicture.Draw(results)).Descendants(Svg + "text").Select(text => text.Value).ToList();

        Assert.Contains("Backend reads a second: large, logarithmic", words);
        Assert.Equal(["5.00", "15.0", "1,000"], words.Where(word => char.IsAsciiDigit(word[0])));
    }

    [Fact]
    public void WithoutAnythingToDrawItSaysSo() => Assert.Throws<BenchmarkException>(() => ResultPicture.Draw([new Result("a", [], [])]));

    [Fact]
    public void TheTableShowsEachFigureOfEachLabel()
    {
        var table = ResultTable.Write([Cpu("straight", 8.25), Cpu("through Web", 1234)]);

        Assert.Contains("straight", table, StringComparison.Ordinal);
        Assert.Contains("8.25", table, StringComparison.Ordinal);
        Assert.Contains("1,234", table, StringComparison.Ordinal);
    }

    private static Result Reads(string label, double perConnection) => new(
        label, [new(FigureNames.ReadsPerSecond, 5), new(FigureNames.ReadsPerNode, 15), new(FigureNames.ReadsPerConnection, perConnection)], []);

    private static Result Cpu(string label, double value, params string[] problems) => new(label, [new Figure(FigureNames.CpuPerDelivery, value)], problems);
}
