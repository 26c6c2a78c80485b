using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>The metric that ranks the runs of a sweep.</summary>
public enum SweepMetric
{
    [JsonStringEnumMemberName("val_accuracy"), Display(Description = "highest validation accuracy of all epochs")]
    ValAccuracy,

    [JsonStringEnumMemberName("val_loss"), Display(Description = "lowest validation loss of all epochs")]
    ValLoss,
}
