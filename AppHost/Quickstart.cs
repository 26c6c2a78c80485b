using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Linnaeus.AppHost;

/// <summary>Gives an empty registry its first two training runs: the files in <c>quickstart/</c>, posted as they are.</summary>
internal sealed class Quickstart(ResourceNotificationService notifications, PlatformAddresses addresses, ILogger<Quickstart> log) : BackgroundService
{
    private static readonly string[] Files = ["baseline.json", "keras.json"];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await notifications.WaitForResourceHealthyAsync(addresses.Registry.Resource.Name, WaitBehavior.WaitOnResourceUnavailable, stoppingToken);
        using var client = new HttpClient { BaseAddress = new Uri(addresses.Registry.Url) };
        if (addresses.Token is { } token)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            if (!await IsEmptyAsync(client, stoppingToken))
                return;
            foreach (var file in Files)
                await SubmitAsync(client, file, stoppingToken);
        }
        catch (HttpRequestException exception)
        {
            // The platform is of use without its examples; what went wrong is for people to see.
            log.LogError("Quickstart was not submitted: {Reason}", exception.Message);
        }
    }

    private static async Task<bool> IsEmptyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        return await IsEmptyAsync(client, "api/jobs?limit=1", "jobs", cancellationToken)
            && await IsEmptyAsync(client, "api/2.0/mlflow/registered-models/search?max_results=1", "registered_models", cancellationToken);
    }

    private static async Task<bool> IsEmptyAsync(HttpClient client, string path, string list, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(path, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"{path} was answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        // MLflow leaves an empty list out.
        return !answer.TryGetProperty(list, out var items) || items.GetArrayLength() == 0;
    }

    private async Task SubmitAsync(HttpClient client, string file, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "quickstart", file), cancellationToken));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await client.PostAsync("api/jobs", content, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"{file} was answered {(int)response.StatusCode}: {answer}");
        log.LogInformation("Quickstart: training '{Name}' is queued as job {Job}", Path.GetFileNameWithoutExtension(file), JsonDocument.Parse(answer).RootElement.GetProperty("id"));
    }
}
