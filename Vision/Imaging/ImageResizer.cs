using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Linnaeus.Vision.Imaging;

/// <summary>Antialiased bilinear resizing; differs from Pillow's by at most one or two levels of 255.</summary>
public static class ImageResizer
{
    /// <summary>Resizes an image to the given size, ignoring its aspect ratio.</summary>
    public static Image Resize(Image image, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        return Resample(image, new ResampleKernel(image.Width, width, 0, width), new ResampleKernel(image.Height, height, 0, height));
    }

    /// <summary>
    /// Scales an image so that its shorter side becomes <paramref name="size"/> and crops the center square:
    /// the arithmetic of torchvision's <c>Resize(size)</c> and <c>CenterCrop(size)</c>. Only the pixels kept are computed.
    /// </summary>
    public static Image ResizeAndCrop(Image image, int size)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var shorter = Math.Min(image.Width, image.Height);
        var width = (int)((long)size * image.Width / shorter);
        var height = (int)((long)size * image.Height / shorter);
        if (width == image.Width && height == image.Height && width == height)
            return image;
        return Resample(image, CenteredKernel(image.Width, width, size), CenteredKernel(image.Height, height, size));
    }

    private static ResampleKernel CenteredKernel(int input, int output, int size) =>
        new(input, output, (int)Math.Round((output - size) / 2.0, MidpointRounding.ToEven), size);

    private static Image Resample(Image image, ResampleKernel horizontal, ResampleKernel vertical)
    {
        var result = new Image(horizontal.Starts.Length, vertical.Starts.Length);
        var columns = horizontal.End - horizontal.First;
        // One extra byte, because pixels are loaded four bytes at a time.
        var row = ArrayPool<byte>.Shared.Rent(3 * columns + 1);
        try
        {
            for (var y = 0; y < result.Height; y++)
            {
                BlendRows(image, horizontal.First, row.AsSpan(0, 3 * columns), vertical.Starts[y], vertical.Weights(y));
                BlendColumns(row, result.Pixels.AsSpan(3 * y * result.Width, 3 * result.Width), horizontal);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(row);
        }
        return result;
    }

    /// <summary>One output row (of the columns needed) as a weighted sum of input rows.</summary>
    private static void BlendRows(Image image, int firstColumn, Span<byte> output, int firstRow, ReadOnlySpan<int> weights)
    {
        var stride = 3 * image.Width;
        var input = image.Pixels.AsSpan(firstRow * stride + 3 * firstColumn);
        if (weights.Length == 1)
        {
            input[..output.Length].CopyTo(output);
            return;
        }
        ref var source = ref MemoryMarshal.GetReference(input);
        var i = 0;
        for (; i <= output.Length - 16; i += 16)
        {
            var (a, b) = (Vector256.Create(ResampleKernel.Half), Vector256.Create(ResampleKernel.Half));
            for (var k = 0; k < weights.Length; k++)
            {
                var (low, high) = Vector256.Widen(Vector256.WidenLower(
                    Vector128.LoadUnsafe(ref Unsafe.Add(ref source, k * stride + i)).ToVector256Unsafe()));
                var weight = Vector256.Create(weights[k]);
                a += low.AsInt32() * weight;
                b += high.AsInt32() * weight;
            }
            // A weighted mean of bytes fits in a byte, so plain narrowing is enough.
            var words = Vector256.Narrow((a >>> ResampleKernel.Precision).AsUInt32(), (b >>> ResampleKernel.Precision).AsUInt32());
            Vector128.Narrow(words.GetLower(), words.GetUpper()).CopyTo(output[i..]);
        }
        for (; i < output.Length; i++)
        {
            var sum = ResampleKernel.Half;
            for (var k = 0; k < weights.Length; k++)
                sum += input[k * stride + i] * weights[k];
            output[i] = (byte)(sum >>> ResampleKernel.Precision);
        }
    }

    /// <summary>One output row's pixels as weighted sums along the blended row.</summary>
    private static void BlendColumns(byte[] row, Span<byte> output, ResampleKernel kernel)
    {
        ref var source = ref MemoryMarshal.GetArrayDataReference(row);
        for (var x = 0; x < kernel.Starts.Length; x++)
        {
            var weights = kernel.Weights(x);
            ref var pixel = ref Unsafe.Add(ref source, 3 * (kernel.Starts[x] - kernel.First));
            var sum = Vector128.Create(ResampleKernel.Half);
            for (var k = 0; k < weights.Length; k++)
            {
                var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref pixel, 3 * k))).AsByte();
                sum += Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32() * weights[k];
            }
            sum >>>= ResampleKernel.Precision;
            output[3 * x] = (byte)sum[0];
            output[3 * x + 1] = (byte)sum[1];
            output[3 * x + 2] = (byte)sum[2];
        }
    }
}
