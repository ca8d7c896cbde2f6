"""What filters and sorts of the gallery are called."""

from core.domain.asset_filters import Aspect, AssetSort
from core.domain.assets import Origin

GONE = "not there any more"
SORTS = {
    AssetSort.NEWEST: "Newest",
    AssetSort.OLDEST: "Oldest",
    AssetSort.REVIEWED: "Last judged",
    AssetSort.RATING: "Most stars",
    AssetSort.PRODUCT: "Product",
    AssetSort.COST: "Highest cost",
    AssetSort.LARGEST: "Largest",
}
ORIGINS = {
    Origin.GENERATED: "Image model",
    Origin.EDITED: "Tool",
    Origin.UPLOADED: "Upload",
    Origin.INSPIRATION: "Inspiration",
}
RATINGS = {1: "1+", 2: "2+", 3: "3+", 4: "4+", 5: "5"}
SIZES = {
    1000: "1,000 px and more",
    1600: "1,600 px and more",
    2000: "2,000 px and more",
    4000: "4,000 px and more",
}
ASPECTS = {
    Aspect.SQUARE: "Square",
    Aspect.LANDSCAPE: "Landscape",
    Aspect.PORTRAIT: "Portrait",
    **{one: str(one.value) for one in Aspect if one.value[0].isdigit()},
}
_TOOLS = {
    "cutout": "Cut out",
    "packshot": "Packshot",
    "upscale": "Upscaled",
    "crop": "Cropped",
    "adjust": "Adjusted",
    "background": "Background",
    "scene": "Scene",
}


def tool_name(tool: str) -> str:
    """Return what people call a tool."""
    return _TOOLS.get(tool, tool.replace("_", " ").capitalize())
