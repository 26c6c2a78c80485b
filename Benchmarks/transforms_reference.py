"""torchvision's closest equivalents of our preprocessing and of the augmentation `keras`."""
from torchvision import transforms


def square(size):
    """Resizes the shorter side and takes a center crop."""
    return transforms.Compose([transforms.Resize(size), transforms.CenterCrop(size)])


def keras_like():
    """Random flips, rotation, zoom, translation, brightness and contrast; returns a normalized tensor."""
    return transforms.Compose([
        transforms.RandomHorizontalFlip(),
        transforms.RandomVerticalFlip(),
        transforms.RandomAffine(degrees=45, translate=(0.25, 0.25), scale=(0.7, 0.8), interpolation=transforms.InterpolationMode.BILINEAR),
        transforms.ColorJitter(brightness=0.5, contrast=0.5),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])
