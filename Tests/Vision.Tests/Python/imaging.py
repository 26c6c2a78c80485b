"""Images created, read and resized by Pillow and torchvision, for comparison.

imaging.py make FOLDER                     images in many formats, each with the RGB bytes that Pillow reads: NAME.raw
imaging.py read FILE                       FILE.raw
imaging.py crop (FILE SIZE)...             FILE.raw: shorter side resized to SIZE, center crop
imaging.py stretch FILE (WIDTH HEIGHT)...  FILE.WIDTHxHEIGHT.raw
"""
import glob
import sys
import numpy
from PIL import Image, ImageOps


def scene(width, height):
    y, x = numpy.mgrid[0:height, 0:width].astype(float)
    red = 127 + 120 * numpy.sin(x / 9) * numpy.cos(y / 14)
    green = 255 * x / width
    blue = 255 * ((x // 12 + y // 12) % 2)
    return Image.fromarray(numpy.stack([red, green, blue], 2).astype('uint8'))


def rgb(image):
    """As an image viewer shows it: upright, transparency on white."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith('I'):
        grey = numpy.round(numpy.asarray(image).astype(float) / 257).astype('uint8')
        return Image.merge('RGB', [Image.fromarray(grey)] * 3)
    if image.mode in ('RGBA', 'LA') or 'transparency' in image.info:
        image = image.convert('RGBA')
        return Image.alpha_composite(Image.new('RGBA', image.size, 'white'), image).convert('RGB')
    return image.convert('RGB')


def dump(image, path):
    with open(path, 'wb') as file:
        file.write(numpy.array(image.size, '<i4').tobytes())
        file.write(image.tobytes())


def make(folder):
    picture = scene(90, 61)
    alpha = Image.fromarray(numpy.tile(numpy.linspace(0, 255, 90).astype('uint8'), (61, 1)))
    clear = picture.copy()
    clear.putalpha(alpha)
    deep = Image.fromarray((numpy.asarray(picture.convert('L')).astype('uint16') * 257 + 31))
    picture.save(f'{folder}/baseline.jpg', quality=90)
    picture.save(f'{folder}/progressive.jpg', quality=85, progressive=True)
    picture.save(f'{folder}/subsampled422.jpg', quality=85, subsampling=1)
    picture.convert('L').save(f'{folder}/grey.jpg', quality=90)
    picture.convert('CMYK').save(f'{folder}/cmyk.jpg', quality=95)
    picture.save(f'{folder}/plain.png')
    clear.save(f'{folder}/alpha.png')
    clear.convert('LA').save(f'{folder}/grey-alpha.png')
    deep.save(f'{folder}/deep.png')
    picture.quantize(32).save(f'{folder}/palette.png')
    picture.convert('1').save(f'{folder}/bits.png')
    clear.quantize(16).save(f'{folder}/palette-alpha.png')
    picture.save(f'{folder}/lossy.webp', quality=80)
    clear.save(f'{folder}/lossless-alpha.webp', lossless=True, exact=True)
    picture.save(f'{folder}/animated.webp', save_all=True, append_images=[picture.rotate(90)], duration=50)
    scene(1000, 700).save(f'{folder}/large.jpg', quality=92)


command, *arguments = sys.argv[1:]
if command == 'make':
    make(arguments[0])
    for path in glob.glob(f'{arguments[0]}/*.*'):
        dump(rgb(Image.open(path)), f'{path}.raw')
elif command == 'read':
    dump(rgb(Image.open(arguments[0])), f'{arguments[0]}.raw')
elif command == 'crop':
    from torchvision import transforms
    for path, size in zip(arguments[::2], map(int, arguments[1::2])):
        dump(transforms.CenterCrop(size)(transforms.Resize(size)(Image.open(path))), f'{path}.raw')
elif command == 'stretch':
    path = arguments[0]
    for size in zip(map(int, arguments[1::2]), map(int, arguments[2::2])):
        dump(Image.open(path).resize(size, Image.BILINEAR), f'{path}.{size[0]}x{size[1]}.raw')
