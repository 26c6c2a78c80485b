using Linnaeus.Vision.Data.Oxford;

namespace Linnaeus.Vision.Data;

/// <summary>Opens a dataset by its spec.</summary>
public static class Datasets
{
    private const string FolderPrefix = DatasetNames.FolderPrefix;

    /// <param name="specification"><c>synthetic-flowers</c>, <c>flowers102</c> or <c>folder:PATH</c>.</param>
    /// <param name="options">Splits, limits and synthetic images; the defaults when absent.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <exception cref="DatasetException">The spec is unknown or the data is unusable.</exception>
    public static async Task<Dataset> OpenAsync(string specification, DatasetOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(specification);
        options ??= new DatasetOptions();
        if (options.ValidationFraction is not (>= 0 and <= 0.5))
            throw new DatasetException($"The validation fraction must be 0 to 0.5, got {options.ValidationFraction}.");
        var dataset = await OpenWholeAsync(specification, options, cancellation).ConfigureAwait(false);
        return options.Subset?.Of(dataset) ?? dataset;
    }

    private static async Task<Dataset> OpenWholeAsync(string specification, DatasetOptions options, CancellationToken cancellation)
    {
        if (specification == SyntheticFlowers.Name)
            return SyntheticFlowers.Create(options);
        if (specification == Flowers102.Name)
            return await Flowers102.OpenAsync(options, cancellation).ConfigureAwait(false);
        if (specification.StartsWith(FolderPrefix, StringComparison.Ordinal))
            return await FolderDataset.OpenAsync(specification[FolderPrefix.Length..], options, cancellation).ConfigureAwait(false);
        throw new DatasetException($"Unknown dataset \"{specification}\". Use {SyntheticFlowers.Name}, {Flowers102.Name} or {FolderPrefix}PATH.");
    }
}
