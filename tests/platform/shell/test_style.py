"""The style sheets keep their promises: colours in one file, contrast measured, nothing inline."""

import re
from pathlib import Path

import pytest

from tenants.directory.rules import COLOURS

SHELL = Path(__file__).parents[3] / "platform/shell"
TOKENS = (SHELL / "static/shell/tokens.css").read_text()
LITERAL = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(")


def tokens_of(block: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", block))


def dark_blocks() -> tuple[dict[str, str], dict[str, str]]:
    by_device = TOKENS[TOKENS.index(':not([data-theme="light"])') : TOKENS.index(':root[data-theme="dark"]')]
    chosen = TOKENS[TOKENS.index(':root[data-theme="dark"]') : TOKENS.index("/* The colours a town hall")]
    return tokens_of(by_device), tokens_of(chosen)


LIGHT = tokens_of(TOKENS[: TOKENS.index("@media")])
DARK = LIGHT | dark_blocks()[1]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_dark_theme_is_the_same_whether_the_device_or_the_person_chose_it() -> None:
    by_device, chosen = dark_blocks()
    assert by_device == chosen


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["--ink", "--ink-2", "--ink-3", "--accent", "--warm", "--ok", "--warn", "--bad"])
@pytest.mark.parametrize("ground", ["--paper", "--wash", "--accent-wash"])
def test_text_is_legible_on_every_surface(theme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("level", range(6))
def test_the_number_of_a_heat_cell_is_legible(theme: dict[str, str], level: int) -> None:
    assert contrast(theme[f"--heat-{level}-ink"], theme[f"--heat-{level}"]) >= 4.5


def test_white_is_legible_on_every_colour_a_town_may_choose() -> None:
    towns = re.findall(r"\.town-(\w+) \{ --town: (#\w{6}); \}", TOKENS)
    assert tuple(name for name, _colour in towns) == COLOURS
    assert {name for name, colour in towns if contrast(colour, LIGHT["--on-town"]) < 4.5} == set()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_of_controls_can_be_seen(theme: dict[str, str]) -> None:
    assert contrast(theme["--line-strong"], theme["--paper"]) >= 3


@pytest.mark.parametrize("name", ["components.css", "layouts.css"])
def test_only_the_tokens_hold_literal_colours(name: str) -> None:
    text = re.sub(r"/\*.*?\*/", "", (SHELL / "static/shell" / name).read_text(), flags=re.S)
    assert LITERAL.findall(text) == []


@pytest.mark.parametrize("name", ["components.css", "layouts.css"])
def test_every_token_that_is_used_exists(name: str) -> None:
    used = set(re.findall(r"var\((--[\w-]+)", (SHELL / "static/shell" / name).read_text()))
    assert used - set(LIGHT) == set()


def test_no_template_holds_an_inline_style_or_script_or_an_outside_address() -> None:
    for template in SHELL.glob("templates/**/*.html"):
        markup = template.read_text()
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:|https?://", markup), template
        assert all("src=" in script for script in re.findall(r"<script[^>]*>", markup)), template
