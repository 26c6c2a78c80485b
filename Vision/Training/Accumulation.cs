namespace Linnaeus.Vision.Training;

/// <summary>Gradient accumulation: groups the batches of an epoch into updates; the last group may be smaller.</summary>
/// <param name="Batches">Batches in an epoch.</param>
/// <param name="Size">Batches per update.</param>
internal readonly record struct Accumulation(int Batches, int Size)
{
    /// <summary>Updates in an epoch.</summary>
    public int Updates => (Batches + Size - 1) / Size;

    /// <summary>Number of the update, from 0, that a batch belongs to.</summary>
    public int UpdateOf(int batch) => batch / Size;

    /// <summary>Batches in the group of a batch.</summary>
    public int SizeAt(int batch) => Math.Min(Size, Batches - (UpdateOf(batch) * Size));

    /// <summary>Whether the batch is the first of its group.</summary>
    public bool BeginsAt(int batch) => batch % Size == 0;

    /// <summary>Whether the batch is the last of its group, so that the weights are updated after it.</summary>
    public bool EndsAt(int batch) => BeginsAt(batch + 1) || batch + 1 == Batches;
}
