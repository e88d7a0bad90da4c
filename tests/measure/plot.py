"""A drawing of what pages cost by the size of the shop, as SVG that reads by day and at night."""

import math
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 420, 60, 190, 40, 50
COLOURS = ("#2f6f5e", "#b4532a", "#5a67a8", "#8a6d1f", "#7d3f78", "#3d7f93", "#a03a4b", "#5f7a2e")
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #3b3a36 }
  .grid { stroke: #cfcabf } .axis { stroke: #3b3a36 }
  @media (prefers-color-scheme: dark) { text { fill: #e6e1d6 } .grid { stroke: #4a4842 } .axis { stroke: #e6e1d6 } }
"""
SHOWN = (
    "home",
    "shop list",
    "product, a copy",
    "article, a copy",
    "collection",
    "search",
    "comparison",
    "articles",
)


def drawing(results: dict) -> str:
    """`results`: by size as text what sizes.py measured. Both axes are logarithmic; the lower line is 40 × bare."""
    sizes = sorted(map(int, results))
    ratios = {
        page: [results[str(size)]["pages"][page]["drawn"]["ms"] / results[str(size)]["pages"][page]["bare"] for size in sizes]
        for page in SHOWN
    }  # fmt: skip
    top = max(100.0, *(value for row in ratios.values() for value in row))

    def x(size: float) -> float:
        share = math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0]) if len(sizes) > 1 else 0
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(ratio: float) -> float:
        return HEIGHT - BOTTOM - math.log10(max(ratio, 1)) / math.log10(top) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-label="What a page costs by the number of packs">',
        f"<style>{STYLE}</style>",
        f'<text x="{LEFT}" y="20">CPU of a page drawn anew, in bare Django views, by the number of packs</text>',
    ]
    for step in (1, 10, 40, 100, 1_000, 10_000, 100_000):
        if step <= top:
            parts.append(
                f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(step):.1f}" y2="{y(step):.1f}"/>'
            )
            parts.append(f'<text x="{LEFT - 8}" y="{y(step) + 4:.1f}" text-anchor="end">{step:,}</text>')
    parts += [
        f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle">{size:,}</text>'
        for size in sizes
    ]
    parts.append(
        f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{HEIGHT - BOTTOM}" y2="{HEIGHT - BOTTOM}"/>'
    )
    used: list[float] = []
    for colour, (page, row) in zip(
        COLOURS, sorted(ratios.items(), key=lambda pair: -pair[1][-1]), strict=False
    ):
        points = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in zip(sizes, row, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        place = max(y(row[-1]), (used[-1] + 15) if used else 0)
        used.append(place)
        parts.append(
            f'<text x="{WIDTH - RIGHT + 10}" y="{place + 4:.1f}" style="fill: {colour}">{escape(page)} {row[-1]:,.0f} ×</text>'
        )
    return "\n".join([*parts, "</svg>", ""])
