"""Every pair of ink and paper that the style sheet uses, in every set of its tokens, by WCAG 2.2's formula (1.4.3, 1.4.11).

Reads the tokens from the style sheet itself; needs no browser and no server.
"""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).resolve().parents[2] / "web" / "styles" / "minyi.css"

# Text and what it stands on: at least 4.5:1.
TEXT = [(ink, paper) for ink in ("ink", "soft", "blue", "seal", "green", "amber") for paper in ("paper", "card", "shade")]
TEXT += [("on-blue", "blue"), ("paper", "ink")]
TEXT += [(name, f"{name}-weak") for name in ("blue", "seal", "green", "amber")]
TEXT += [("ink", f"{name}-weak") for name in ("blue", "seal", "green", "amber")]
# Edges of what one can act on: at least 3:1.
EDGES = [("edge", "paper"), ("edge", "card"), ("blue", "card")]


def sets() -> dict[str, dict[str, str]]:
    """The tokens each kind of visitor gets, put together in the order of the cascade."""
    css = re.sub(r"/\*.*?\*/", "", STYLES.read_text("utf-8"), flags=re.S)
    css = css[: css.index("*, *::before")]
    found: dict[str, dict[str, str]] = {}
    media = ""
    for match in re.finditer(r"@media([^{]+)\{|([^{}]+)\{([^{}]*)\}|\}", css):
        if match[1]:
            media = " ".join(match[1].split())
        elif match[2]:
            name = f"{media} {match[2].strip()}".strip()
            found[name] = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", match[3]))
        else:
            media = ""
    dark, light, more = "(prefers-color-scheme: dark)", "(prefers-color-scheme: light)", "(prefers-contrast: more)"
    layers = {
        "light": [":root"],
        "dark, chosen": [":root", ".theme-dark"],
        "dark, by the device": [":root", f"{dark} .theme-auto"],
        "elder": [":root", ".size-elder"],
        "elder dark, chosen": [":root", ".theme-dark", ".size-elder", ".size-elder.theme-dark"],
        "elder dark, by the device": [":root", f"{dark} .theme-auto", ".size-elder", f"{dark} .size-elder.theme-auto"],
        "more contrast, chosen": [":root", f"{more} .theme-light"],
        "more contrast, by the device": [":root", f"{more} and {light} .theme-auto"],
    }
    missing = [name for names in layers.values() for name in names if not found.get(name)]
    assert not missing, f"no tokens in {missing}; there are {list(found)}"
    return {theme: {k: v for name in names for k, v in found[name].items()} for theme, names in layers.items()}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", list(sets()))
def test_every_pair_can_be_read(theme):
    tokens = sets()[theme]
    weak = [
        f"{a} {tokens[a]} on {b} {tokens[b]}: {ratio:.2f}"
        for pairs, least in ((TEXT, 4.5), (EDGES, 3.0))
        for a, b in pairs
        if (ratio := contrast(tokens[a], tokens[b])) < least
    ]
    assert not weak, "\n".join(weak)


def test_chosen_and_device_themes_are_the_same():
    tokens = sets()
    assert tokens["dark, chosen"] == tokens["dark, by the device"]
    assert tokens["elder dark, chosen"] == tokens["elder dark, by the device"]
    assert tokens["more contrast, chosen"] == tokens["more contrast, by the device"]
