using System.Text.Json;
using Linnaeus.Explainer.Engine;
using Linnaeus.Explainer.Requests;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;
using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Jobs;

/// <summary>Explains every image of an <c>explain</c> job with every method. Results stored before a fault or interruption are kept.</summary>
public sealed class ExplainJobHandler(ExplanationService service) : IJobHandler
{
    public string Kind => "explain";

    public async Task<object> RunAsync(HeldLease lease)
    {
        var spec = lease.Job.Spec.Deserialize<ExplanationSpec>(ApiJson.Options)
            ?? throw new JobFaultException("The job has no spec.");
        var requests = spec.Images.SelectMany(image => spec.Methods.Select(method => (image, method))).ToArray();
        var ids = new List<string>();
        var faults = new List<string>();
        foreach (var (image, method) in requests)
        {
            lease.Report(new JobProgress(ids.Count + faults.Count, requests.Length, $"{method.Title()} of {image}"));
            try
            {
                var record = await service.ExplainAsync(Request(spec, image, method), refuseWhenFull: false, lease.Token);
                ids.Add(record.Id);
            }
            catch (Exception error) when (error is ProblemException or RegistryException { IsTransient: false })
            {
                faults.Add($"{image}, {method.Title()}: {error.Message}");
            }
        }
        lease.Report(new JobProgress(requests.Length, requests.Length, $"{ids.Count} explanations stored"));
        return faults.Count == 0 ? new { Explanations = ids } : throw new JobFaultException(
            $"{faults.Count} of {requests.Length} explanations failed; the others are stored. {string.Join(' ', faults.Take(5))}");
    }

    private static CheckedExplanation Request(ExplanationSpec spec, string image, ExplanationMethod method)
    {
        var request = JsonSerializer.SerializeToElement(
            new ExplanationRequest { Model = spec.Model, Method = method, Image = image, Steps = spec.Steps }, ApiJson.Options);
        return RequestReader.ReadExplanation(request);
    }
}
