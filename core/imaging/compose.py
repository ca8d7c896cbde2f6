"""Composes a picture: cut-out, place, light and shadow."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from core.domain.generation import GenerationRequest, ReferenceRole
from core.errors import InvalidRequestError
from core.imaging.cutout import Cutout
from core.imaging.doubts import CUT_OFF
from core.imaging.light import light_on
from core.imaging.looks import Look, look_for
from core.imaging.photo import read_photo
from core.imaging.pixels import Pixels
from core.imaging.placement import Box
from core.imaging.pose import Pose, pose_of
from core.imaging.rooms import room_facts
from core.imaging.scenes import Scene, picture_scene, room_scene, sweep_scene
from core.imaging.shadow import floor_shadow
from core.imaging.sizes import pixel_size
from core.imaging.words import fitting_room, read_words

GUESSED = "The product's dimensions are unknown: its size in the picture is a guess."
_PICTURE_PX = 3000


@dataclass(frozen=True)
class Composition:
    """A finished picture, and what the person should know about it.

    `rgb` holds 8-bit colours. `product` is where the product is drawn.
    """

    rgb: Pixels
    scene: Scene
    pose: Pose
    product: Box
    notices: tuple[str, ...]


def compose(
    request: GenerationRequest, cutout: Cutout, *, on_progress: Callable[[int, str], None]
) -> Composition:
    """Return the picture for a request; the same request gives the same pixels."""
    on_progress(55, "Placing")
    size = pixel_size(request.aspect_ratio, request.size)
    wishes = read_words(request.prompt)
    pose = pose_of(cutout, request.dimensions, wishes)
    look = look_for(seed=request.seed, variant=request.variant, wishes=wishes)
    scene = _scene(request, pose, look, size)
    on_progress(70, "Light and shadow")
    rgb, box = draw(scene, cutout, pose)
    return Composition(
        rgb=rgb,
        scene=scene,
        pose=pose,
        product=box,
        notices=_notices(cutout, pose),
    )


def draw(scene: Scene, cutout: Cutout, pose: Pose) -> tuple[Pixels, Box]:
    """Return the scene with its product, and where that was drawn, in whole pixels."""
    box = _whole_pixels(scene.placement.box(pose))
    rgb, alpha = drawn_product(cutout, box)
    gain = light_on(scene.light, *alpha.shape)
    picture = scene.backdrop
    if scene.light.strength > 0:
        shadow = floor_shadow(alpha, scene.placement, pose, scene.light, size=scene.size)
        picture = picture * (1 - shadow[..., None] * np.array(scene.shade, np.float32))
    lit = np.clip(rgb * gain, 0, 1)
    if pose.hangs and box.top > 0:
        lit, alpha, box = _with_cord(lit, alpha, box)
    return _over(picture, lit, alpha, box), box


def drawn_product(cutout: Cutout, box: Box) -> tuple[Pixels, Pixels]:
    """Return the product's own colours, from 0 to 1, and its alpha, at the size of the box."""
    size = int(box.width), int(box.height)
    colours = Image.fromarray(cutout.rgb).resize(size, Image.Resampling.LANCZOS)
    alpha = Image.fromarray(cutout.alpha).resize(size, Image.Resampling.LANCZOS)
    return np.asarray(colours, np.float32) / 255, np.clip(np.asarray(alpha, np.float32), 0, 1)


def _scene(request: GenerationRequest, pose: Pose, look: Look, size: tuple[int, int]) -> Scene:
    backdrop = request.backdrop
    if backdrop.kind == "room":
        room = room_facts(backdrop.value or fitting_room(request.prompt))
        return room_scene(room, pose, look, size=size)
    if backdrop.kind == "picture":
        return picture_scene(_backdrop_picture(request), pose, look, size=size)
    return sweep_scene(backdrop.colours, pose, look, size=size)


def _backdrop_picture(request: GenerationRequest) -> Pixels:
    for reference in request.references:
        if reference.role is ReferenceRole.BACKDROP:
            return read_photo(reference.data, longest=_PICTURE_PX).rgb
    raise InvalidRequestError(
        "a picture backdrop without its picture",
        user_message="The backdrop's picture is missing. Nothing was charged; choose it again.",
    )


def _notices(cutout: Cutout, pose: Pose) -> tuple[str, ...]:
    is_cut_off = "top" in cutout.touches and not pose.hangs
    doubt = cutout.doubt or (CUT_OFF if is_cut_off else "")
    return tuple(notice for notice in (doubt, GUESSED if pose.is_guessed else "") if notice)


def _whole_pixels(box: Box) -> Box:
    width, height = max(2, round(box.width)), max(2, round(box.height))
    return Box(round(box.left), round(box.bottom) - height, width, height)


def _with_cord(rgb: Pixels, alpha: Pixels, box: Box) -> tuple[Pixels, Pixels, Box]:
    """Lengthen what leaves the photo at its top up to the top of the picture."""
    missing = int(box.top)
    rows = max(1, min(8, alpha.shape[0] // 60))
    cord = np.repeat(alpha[1 : rows + 1].mean(0, keepdims=True), missing, axis=0)
    colour = np.repeat(rgb[1 : rows + 1].mean(0, keepdims=True), missing, axis=0)
    longer = box._replace(top=0, height=box.height + missing)
    return np.concatenate([colour, rgb]), np.concatenate([cord, alpha]), longer


def _over(picture: Pixels, rgb: Pixels, alpha: Pixels, box: Box) -> Pixels:
    """Lay the product over the picture and return 8-bit colours."""
    height, width = picture.shape[:2]
    left, top = int(box.left), int(box.top)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(width, left + rgb.shape[1]), min(height, top + rgb.shape[0])
    here, there = np.s_[y0:y1, x0:x1], np.s_[y0 - top : y1 - top, x0 - left : x1 - left]
    out = picture.copy()
    cover = alpha[there][..., None]
    out[here] = cover * rgb[there] + (1 - cover) * out[here]
    rounded: Pixels = np.rint(out * 255).astype(np.uint8)
    return rounded
