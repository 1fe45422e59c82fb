namespace PipelineAspire.FakePipelineBackend.Tests;
public class UnitTest1 { [Fact] public void Works() => Assert.Equal(2, 1 + 1); }
