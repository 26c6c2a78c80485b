using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Networks;

/// <summary>
/// A convolutional classifier in three parts, <c>Classify(Pool(Features(x)))</c>, so that explanations can use the last
/// feature map and a frozen backbone's features can be computed once. State-dict names are torchvision's.
/// </summary>
public abstract class ImageClassifier : nn.Module<Tensor, Tensor>
{
    /// <summary>Initializes the base; the derived class builds the layers.</summary>
    protected ImageClassifier(Architecture architecture, int classes) : base(architecture.Name())
    {
        Architecture = architecture;
        Classes = classes;
    }

    /// <summary>The architecture, as for <see cref="Architectures.Create"/>.</summary>
    public Architecture Architecture { get; }

    /// <summary>Outputs of the classifier.</summary>
    public int Classes { get; }

    /// <summary>Channels of the last feature map: the classifier's inputs.</summary>
    public abstract int FeatureChannels { get; }

    /// <summary>Dropout probability before the classifier.</summary>
    public abstract double Dropout { get; }

    /// <summary>The last linear layer: weight [classes, channels], bias [classes].</summary>
    public abstract Linear Head { get; }

    /// <summary>
    /// The backbone's blocks from the stem to the last convolution: the units of freezing and of layer-wise learning rates. A shortcut
    /// never crosses blocks. Together with the classifier they contain every weight and buffer.
    /// </summary>
    public abstract IReadOnlyList<nn.Module> Blocks { get; }

    /// <summary>Images [N, 3, H, W] to the last feature map after its activation, [N, channels, h, w].</summary>
    public abstract Tensor Features(Tensor images);

    /// <summary>Global average pooling: feature map [N, channels, h, w] to vectors [N, channels].</summary>
    public virtual Tensor Pool(Tensor features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return features.mean(new long[] { 2, 3 });
    }

    /// <summary>Pooled features [N, channels] to logits [N, classes].</summary>
    public abstract Tensor Classify(Tensor pooled);

    /// <summary>Images [N, 3, H, W] to float32 logits [N, classes]; for bfloat16 images the backbone computes in bfloat16, see <see cref="LayerPrecision"/>.</summary>
    public override Tensor forward(Tensor input)
    {
        using var features = Features(input);
        using var pooled = Pool(features);
        // The last layer is small, and rounding matters most there.
        using var exact = pooled.to(Head.weight.dtype);
        return Classify(exact);
    }

    /// <summary>Every weight and buffer by its torchvision name. The network owns the tensors.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> NamedTensors() =>
    [
        .. named_parameters().Select(p => (p.name, (Tensor)p.parameter)),
        .. named_buffers().Select(b => (b.name, b.buffer)),
    ];

    /// <summary>Makes all weights trainable, or freezes them all.</summary>
    public void SetTrainable(bool trainable)
    {
        foreach (var parameter in parameters())
            parameter.requires_grad = trainable;
    }

    /// <summary>Copies weights and buffers from a network of the same architecture and class count.</summary>
    public void CopyFrom(ImageClassifier other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Architecture != Architecture || other.Classes != Classes)
            throw new ArgumentException($"Cannot copy {other.Architecture.Name()} with {other.Classes} classes into {Architecture.Name()} with {Classes}.", nameof(other));
        using var noGrad = no_grad();
        foreach (var ((_, target), (_, source)) in NamedTensors().Zip(other.NamedTensors()))
            target.copy_(source);
    }
}
