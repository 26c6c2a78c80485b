using Aspire.Hosting;
using Aspire.Hosting.Testing;

namespace Linnaeus.StandIns.Tests.AspireHosting;

public sealed class AspireNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("model-registry2")]
    [InlineData("Registry")]
    public void Letters_digits_and_single_hyphens_name_a_resource(string name)
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        Assert.Equal(name, builder.AddExecutable(name, "true", "/").Resource.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a--b")]
    [InlineData("a_b")]
    [InlineData("a.b")]
    [InlineData("ä")]
    [InlineData("a12345678901234567890123456789012345678901234567890123456789012345")]
    public void Other_names_are_refused(string name)
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        Assert.ThrowsAny<ArgumentException>(() => builder.AddExecutable(name, "true", "/"));
    }

    [Fact]
    public void A_name_is_given_once_whatever_its_case()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("registry", "true", "/");
        var exception = Assert.Throws<DistributedApplicationException>(() => builder.AddExecutable("Registry", "true", "/"));
        Assert.Contains("'Registry'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_endpoint_of_the_same_name_is_refused()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var resource = builder.AddExecutable("web", "true", "/").WithHttpEndpoint();
        Assert.Throws<DistributedApplicationException>(() => resource.WithHttpEndpoint());
    }

    [Fact]
    public void The_same_health_check_twice_is_refused()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var resource = builder.AddExecutable("web", "true", "/").WithHttpEndpoint().WithHttpHealthCheck("/health");
        Assert.Throws<DistributedApplicationException>(() => resource.WithHttpHealthCheck("/health"));
    }
}
