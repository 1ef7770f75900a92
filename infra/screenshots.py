"""Take the pictures of the web page that the documentation shows: `python -m infra.screenshots`.

What they show is the bundled feeds, and how two more outlets tell of what is in them (infra/pictures/accounts.jsonl, written
for this). Needs a Chromium; the fonts are those of this machine, Inter and Source Serif or Liberation Serif before others.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

from tidings.local.apigw import serve_api

ROOT = Path(__file__).parent.parent
OUT = ROOT / "docs" / "pictures"
ACCOUNTS = ROOT / "infra" / "pictures" / "accounts.jsonl"
RICHEST = "Daily8"
"""The outlet whose article shows most layers."""
MOST_BYTES = 200_000
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><include>/etc/fonts/fonts.conf</include>
{aliases}</fontconfig>"""
ALIAS = """<match target="pattern"><test name="family"><string>{name}</string></test>
<edit name="family" mode="prepend" binding="strong">{preferred}</edit></match>"""
PREFERRED = {
    "system-ui": ["Inter", "Liberation Sans"],
    "sans-serif": ["Inter", "Liberation Sans"],
    "serif": ["Source Serif 4", "Liberation Serif"],
}


class Picture(NamedTuple):
    """One picture: the view's address, the window's size and the colour scheme."""

    name: str
    address: str
    width: int = 1180
    height: int = 780
    scheme: Literal["light", "dark"] = "light"


def main() -> None:
    """Fill a store, serve it, take every picture."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TIDINGS_HOME"] = str(Path(folder) / "home")
        for command in (["run", "--once"], ["ingest", str(ACCOUNTS)]):
            subprocess.run([sys.executable, "-m", "tidings", *command], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        server = serve_api("127.0.0.1", 0)
        try:
            take(f"http://127.0.0.1:{server.port}/", Path(folder))
        finally:
            server.close()


def take(site: str, folder: Path) -> None:
    """Take every picture of the page at an address."""
    OUT.mkdir(parents=True, exist_ok=True)
    for picture in pictures(site):
        with tab(picture, folder) as page:
            page.goto(site + picture.address)
            page.wait_for_load_state("networkidle")
            page.locator("main [aria-busy=true], main .loading").first.wait_for(state="detached")
            target = OUT / f"{picture.name}.png"
            page.screenshot(path=target)
        size = target.stat().st_size
        print(f"{target.relative_to(ROOT)}  {size:,} bytes{'  TOO LARGE' if size > MOST_BYTES else ''}")


def pictures(site: str) -> list[Picture]:
    """Return the pictures to take; the event is the one of which accounts differ most."""
    events = ask(site, "v1/events", type="RETREAT", limit=100)["events"]
    told = max(events, key=lambda event: (len(event["outlets"]), len(event.get("values", ())), event["event_id"]))
    mention = next((one for one in told["mentions"] if one["outlet"] == RICHEST), told["mentions"][0])
    at = f"{mention['start']}-{mention['end']}"
    event = f"?view=event&id={told['event_id']}"
    return [
        Picture("start", ""),
        Picture("filtered", "?actor=RUS&type=RETREAT"),
        Picture("event", event, height=740),
        Picture("article", f"?view=article&id={mention['article_id']}&at={at}"),
        Picture("actor", "?view=actor&id=RUS"),
        Picture("actors", "?view=actors", height=700),
        Picture("feeds", "?view=feeds", height=560),
        Picture("phone", "", width=390, height=844),
        Picture("phone-event", event, width=390, height=844),
        Picture("dark", "", scheme="dark"),
    ]


def ask(site: str, path: str, **parameters: object) -> Any:
    """Return an answer of the API."""
    with urllib.request.urlopen(f"{site}{path}?{urlencode(parameters)}") as answer:  # noqa: S310 - the server above
        return json.load(answer)


@contextmanager
def tab(picture: Picture, folder: Path) -> Iterator[Page]:
    """Open a tab of a picture's size and colours, with the fonts that look like most readers'."""
    fonts = folder / "fonts.conf"
    fonts.write_text(FONTS.format(aliases="".join(map(_alias, PREFERRED))), encoding="utf-8")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--headless", "--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        context = browser.new_context(
            viewport={"width": picture.width, "height": picture.height}, color_scheme=picture.scheme
        )
        yield context.new_page()
        browser.close()


def _alias(name: str) -> str:
    return ALIAS.format(name=name, preferred="".join(f"<string>{font}</string>" for font in PREFERRED[name]))


if __name__ == "__main__":
    main()
