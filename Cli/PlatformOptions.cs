using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Http.Headers;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli;

/// <summary>Options of every command: the platform's URLs, the token and the output format.</summary>
internal sealed class PlatformOptions
{
    // The second variable is the one that MLflow's clients read.
    private static readonly string[] TokenVariables = ["LINNAEUS_TOKEN", "MLFLOW_TRACKING_TOKEN"];

    private readonly Option<Uri> _registry = Address("--registry", "http://localhost:5500", "LINNAEUS_REGISTRY", "MLFLOW_TRACKING_URI");
    private readonly Option<Uri> _explainer = Address("--explainer", "http://localhost:5502", "LINNAEUS_EXPLAINER");
    private readonly Option<string?> _token = new("--token")
    {
        Description = $"Access token, if required. Safer in the environment: {string.Join(" or ", TokenVariables)}.",
        Recursive = true,
        HelpName = "TOKEN",
        DefaultValueFactory = _ => TokenVariables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)),
    };

    private readonly Option<bool> _json = new("--json") { Description = "Output JSON.", Recursive = true };

    public void AddTo(RootCommand root)
    {
        root.Add(_registry);
        root.Add(_explainer);
        root.Add(_token);
        root.Add(_json);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    public RegistryClient Registry(ParseResult parsed) => new(Http(parsed, _registry));

    public ExplainerClient Explainer(ParseResult parsed) => new(Http(parsed, _explainer));

    private HttpClient Http(ParseResult parsed, Option<Uri> address)
    {
        var http = new HttpClient { BaseAddress = parsed.GetValue(address), Timeout = TimeSpan.FromMinutes(10) };
        if (parsed.GetValue(_token)?.Trim() is not { Length: > 0 } token)
            return http;
        if (token.Any(c => c is <= ' ' or > '~'))
            throw new FormatException("The access token contains invalid characters. Check that it was copied correctly.");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    private static Option<Uri> Address(string name, string standard, params string[] variables) => new(name)
    {
        Description = $"URL of the {name.TrimStart('-')}; set {string.Join(" or ", variables)} to change the default.",
        Recursive = true,
        HelpName = "URL",
        DefaultValueFactory = _ => new Uri(variables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(IsAddress) ?? standard),
        CustomParser = Parse,
    };

    private static Uri? Parse(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (IsAddress(text))
            return new Uri(text);
        result.AddError($"'{text}' is not a URL. Example: http://localhost:5500.");
        return null;
    }

    private static bool IsAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https");
}
