using System.Net.Http.Json;
using Linnaeus.Registry.Client;

namespace Linnaeus.Platform.Tests;

/// <summary>Small training jobs.</summary>
internal static class TrainingJobs
{
    /// <summary>Takes seconds: 24 synthetic images of 64 pixels.</summary>
    public static TrainingSpec Small(string model) => new()
    {
        Name = model,
        Model = model,
        Dataset = "synthetic-flowers",
        Synthetic = new SyntheticDatasetOptions { Classes = 3, TrainPerClass = 8, ValPerClass = 2, TestPerClass = 2 },
        ImageSize = 64,
        BatchSize = 8,
        Epochs = 2,
    };

    /// <summary>Waits until a job has ended, or until <paramref name="until"/> holds.</summary>
    public static async Task<Job> WaitAsync(
        this RegistryClient registry, string job, TimeSpan timeout, CancellationToken cancellationToken, Func<Job, bool>? until = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        while (true)
        {
            var state = await registry.Jobs.GetAsync(job, limit.Token);
            if (state.Status is JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled || until?.Invoke(state) == true)
                return state;
            await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
        }
    }

    /// <summary>Posts a job with a caller's trace context and returns its id.</summary>
    public static async Task<string> SubmitAsync(Uri registry, TrainingSpec spec, string traceparent, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = registry };
        client.DefaultRequestHeaders.Add("traceparent", traceparent);
        using var response = await client.PostAsJsonAsync("api/jobs", new { kind = "train", spec }, ApiJson.Options, cancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        var job = await response.Content.ReadFromJsonAsync<Job>(ApiJson.Options, cancellationToken);
        return job!.Id;
    }
}
