"""What is said about wanted shots: where a cell stands, and what filling gaps comes to."""

from core.domain.shots import Cell, CellState, GapSums
from ui.components.counted import counted


def label_of(cell: Cell) -> str:
    """Return the word or two in a cell."""
    if cell.state is CellState.RUNNING:
        return f"{cell.percent} %"
    if cell.state is CellState.MADE and cell.lacking:
        return f"{cell.approved + cell.made} of {cell.wanted}"
    words = {
        CellState.MISSING: "Missing", CellState.QUEUED: "Queued", CellState.FAILED: "Failed",
        CellState.MADE: "To review", CellState.APPROVED: "Approved",
    }  # fmt: skip
    return words[cell.state]


def hint_of(cell: Cell) -> str:
    """Return all that there is to say of a cell, in one line."""
    wanted = f"{cell.approved} of {cell.wanted} approved"
    parts = [
        wanted if cell.approved or cell.wanted > 1 else "",
        f"{cell.made} to review" if cell.made else "",
        f"{cell.running} being made, {cell.percent} %" if cell.running else "",
        f"{cell.queued} queued" if cell.queued else "",
        f"{cell.rejected} rejected" if cell.rejected else "",
        f"failed: {cell.failure}" if cell.failure and cell.lacking else "",
        f"{cell.lacking} missing" if cell.lacking else "",
    ]
    return ", ".join(filter(None, parts)) or "nothing yet"


def gaps_sentence(sums: GapSums) -> str:
    """Return what filling the gaps would ask for."""
    if not sums.cells:
        return "There is nothing to make: all is there or on its way."
    gaps = counted(sums.cells, "gap")
    return f"{gaps}: {counted(sums.pictures, 'picture')} would be made."


def left_out_sentence(sums: GapSums) -> str:
    """Return how many products are left out and why, or ""."""
    if not sums.left_out_count:
        return ""
    verb = "is" if sums.left_out_count == 1 else "are"
    more = sums.left_out_count - len(sums.left_out)
    rest = f" These are the first {len(sums.left_out)}." if more else ""
    return (
        f"{counted(sums.left_out_count, 'product')} {verb} left out: there is no photo to make "
        f"{counted(sums.left_out_pictures, 'picture')} from.{rest}"
    )
