"""Pictures are decoded and written anew: what is no pixel does not survive.

So a picture keeps no place, time, device, thumbnail or comment, and nothing that another program could run.
The turn that a camera noted is applied, colours of a profile become sRGB.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageCms, ImageFile, ImageOps, ImageSequence, UnidentifiedImageError

from .verdicts import Reason, Refusal

MAX_PIXELS = 64_000_000
MAX_PAGES = 100
MAX_ALL_PIXELS = 200_000_000
QUALITY = 92
_KEPT_MODES = {
    "JPEG": {"L", "RGB"},
    "PNG": {"1", "L", "LA", "RGB", "RGBA", "I;16"},
    "TIFF": {"1", "L", "RGB"},
}
_FORMATS = {"jpg": ("JPEG", ["JPEG"]), "png": ("PNG", ["PNG"]), "tiff": ("TIFF", ["TIFF"])}

ImageFile.LOAD_TRUNCATED_IMAGES = False
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
_SRGB = ImageCms.createProfile("sRGB")


def rewrite(data: bytes, extension: str) -> bytes:
    """The picture as new bytes of the same kind (jpg, png or tiff). Raises Refusal."""
    target, formats = _FORMATS[extension]
    try:
        with Image.open(BytesIO(data), formats=formats) as picture:
            if target == "TIFF":
                return _rewrite_pages(picture)
            _refuse_huge(picture)
            return _write(_clean(picture, target), target)
    except UnidentifiedImageError:
        raise Refusal(Reason.WRONG_TYPE) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Refusal(Reason.PIXELS, str(bomb)) from None
    except (OSError, ValueError, SyntaxError, ArithmeticError, LookupError, TypeError, EOFError) as broken:
        # Decoders raise all of these for damaged bytes.
        raise Refusal(Reason.BROKEN, repr(broken)) from None


def _refuse_huge(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise Refusal(Reason.PIXELS, f"{width}x{height}")


def _clean(picture: Image.Image, target: str) -> Image.Image:
    """A new image with the same pixels and no more."""
    profile = picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(picture) if target == "JPEG" else picture
    upright.load()
    pixels = _in_plain_mode(_in_srgb(upright, profile), target)
    fresh = Image.new(pixels.mode, pixels.size)
    fresh.paste(pixels)
    return fresh


def _in_srgb(picture: Image.Image, profile: object) -> Image.Image:
    if not isinstance(profile, bytes) or picture.mode not in ("RGB", "CMYK"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return converted or picture


def _in_plain_mode(picture: Image.Image, target: str) -> Image.Image:
    if picture.mode in _KEPT_MODES[target]:
        return picture
    if target == "JPEG" and picture.mode == "CMYK":
        return picture.convert("RGB")
    is_clear = "transparency" in picture.info or picture.mode in ("PA", "La", "RGBa")
    return picture.convert("RGBA" if is_clear and target == "PNG" else "RGB")


def _write(picture: Image.Image, target: str) -> bytes:
    out = BytesIO()
    if target == "JPEG":
        picture.save(out, "JPEG", quality=QUALITY)
    else:
        picture.save(out, target)
    return out.getvalue()


def _rewrite_pages(picture: Image.Image) -> bytes:
    """A TIFF may have several pages, as a fax or a scanner writes it."""
    pages = getattr(picture, "n_frames", 1)
    if pages > MAX_PAGES:
        raise Refusal(Reason.BOMB, f"{pages} pages")
    first, *others = _pages(picture)
    out = BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=others, compression="tiff_adobe_deflate")
    return out.getvalue()


def _pages(picture: Image.Image) -> Iterator[Image.Image]:
    total = 0
    for page in ImageSequence.Iterator(picture):
        _refuse_huge(page)
        total += page.size[0] * page.size[1]
        if total > MAX_ALL_PIXELS:
            raise Refusal(Reason.PIXELS, "all pages")
        yield _clean(ImageOps.exif_transpose(page), "TIFF")
