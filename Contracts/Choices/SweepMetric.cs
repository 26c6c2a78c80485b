using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>What decides which run of a sweep is best.</summary>
public enum SweepMetric
{
    [JsonStringEnumMemberName("val_accuracy"), Display(Description = "highest validation accuracy of all epochs")]
    ValAccuracy,

    [JsonStringEnumMemberName("val_loss"), Display(Description = "lowest validation loss of all epochs")]
    ValLoss,
}
