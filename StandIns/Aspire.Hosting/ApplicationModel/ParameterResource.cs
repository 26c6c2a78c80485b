namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value given from outside: <c>Parameters:name</c> in the configuration.</summary>
public class ParameterResource : Resource, IManifestExpressionProvider, IValueProvider
{
    private readonly Lazy<string> value;

    internal ParameterResource(string name, Func<string> valueGetter, bool secret)
        : base(name)
    {
        value = new Lazy<string>(valueGetter);
        Secret = secret;
    }

    /// <summary>Hidden where values are shown.</summary>
    public bool Secret { get; }

    public string ValueExpression => $"{{{Name}.value}}";

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => new(value.Value);

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => GetValueAsync(cancellationToken);
}
