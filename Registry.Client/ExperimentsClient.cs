using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>MLflow experiments.</summary>
public sealed class ExperimentsClient
{
    private const int PageSize = 1000;

    private readonly RegistryTransport _transport;

    internal ExperimentsClient(RegistryTransport transport) => _transport = transport;

    /// <summary>All experiments that are not deleted, the most recently changed first.</summary>
    public async Task<IReadOnlyList<Experiment>> ListAsync(CancellationToken cancellationToken = default)
    {
        var experiments = new List<Experiment>();
        string? token = null;
        do
        {
            var path = new QueryText(MlflowJson.Root + "experiments/search").Add("max_results", PageSize).Add("page_token", token).ToString();
            var page = await _transport.SendAsync<ListAnswer>(HttpMethod.Get, path, null, MlflowJson.Options, true, cancellationToken);
            experiments.AddRange(page.Experiments ?? []);
            token = page.NextPageToken;
        }
        while (!string.IsNullOrEmpty(token));
        return experiments;
    }

    public async Task<Experiment> GetAsync(string experimentId, CancellationToken cancellationToken = default)
    {
        var path = new QueryText(MlflowJson.Root + "experiments/get").Add("experiment_id", experimentId).ToString();
        var answer = await _transport.SendAsync<ExperimentAnswer>(HttpMethod.Get, path, null, MlflowJson.Options, true, cancellationToken);
        return answer.Experiment;
    }

    /// <summary>The experiment with this name, including deleted ones, or null.</summary>
    public async Task<Experiment?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        var path = new QueryText(MlflowJson.Root + "experiments/get-by-name").Add("experiment_name", name).ToString();
        try
        {
            var answer = await _transport.SendAsync<ExperimentAnswer>(HttpMethod.Get, path, null, MlflowJson.Options, true, cancellationToken);
            return answer.Experiment;
        }
        catch (RegistryException error) when (error.ErrorCode == "RESOURCE_DOES_NOT_EXIST")
        {
            return null;
        }
    }

    /// <summary>The experiment with this name, created if there is none.</summary>
    public async Task<Experiment> GetOrCreateAsync(string name, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(name, cancellationToken) is { } found)
            return found;
        try
        {
            var made = await _transport.SendAsync<CreateAnswer>(
                HttpMethod.Post, MlflowJson.Root + "experiments/create", new { Name = name }, MlflowJson.Options, false, cancellationToken);
            return new Experiment(made.ExperimentId, name, "active");
        }
        catch (RegistryException error) when (error.ErrorCode == "RESOURCE_ALREADY_EXISTS")
        {
            // Another client created it in between.
            if (await FindAsync(name, cancellationToken) is { } theirs)
                return theirs;
            throw;
        }
    }

    private sealed record ExperimentAnswer(Experiment Experiment);

    private sealed record ListAnswer(IReadOnlyList<Experiment>? Experiments, string? NextPageToken);

    private sealed record CreateAnswer(string ExperimentId);
}
