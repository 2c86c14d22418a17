"""Pages that look like scanned documents, drawn at random: no real ones may be passed on."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFont

_WIDTH, _HEIGHT = 480, 640
_LETTERS = "etaoinshrdlucmfwypvbgk"  # the most frequent ones of English


class Page:
    """One sheet: its paper, its ink, and a random source."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random
        paper = int(random.integers(225, 256))
        self.image = Image.new("RGB", (_WIDTH, _HEIGHT), (paper, paper, paper - int(random.integers(0, 20))))
        self.draw = ImageDraw.Draw(self.image)
        self.ink = (int(random.integers(0, 70)),) * 3
        self.size = int(random.integers(9, 14))
        self.left, self.top = int(random.integers(25, 60)), int(random.integers(25, 70))
        self.right, self.bottom = _WIDTH - self.left, _HEIGHT - int(random.integers(25, 90))

    def words(self, count: int) -> str:
        """Return that many of no language."""
        return " ".join("".join(self.random.choice(list(_LETTERS), self.random.integers(2, 9))) for _ in range(count))

    def text(self, x: float, y: float, text: str, size: int | None = None) -> None:
        self.draw.text((x, y), text, fill=self.ink, font=ImageFont.load_default(size or self.size))

    def paragraph(self, left: int, top: int, right: int, lines: int) -> int:
        """Draw lines of text of which the last is short; return where the next thing can begin."""
        for line in range(lines):
            room = (right - left) * (1.0 if line < lines - 1 else float(self.random.uniform(0.2, 0.9)))
            self.text(left, top, self.words(14)[: int(room / (0.5 * self.size))])
            top += round(1.4 * self.size)
        return top

    def line(self, *ends: float) -> None:
        self.draw.line(ends, fill=self.ink, width=int(self.random.integers(1, 3)))

    def number(self) -> str:
        return f"{self.random.uniform(1, 2000):,.2f}"


def letter(page: Page) -> None:
    """An address, a date, a salutation, some paragraphs, a name."""
    y = page.top
    for _ in range(int(page.random.integers(2, 5))):
        page.text(page.left, y, page.words(3).title())
        y += round(1.4 * page.size)
    page.text(page.right - 110, y + 8, f"{page.random.integers(1, 29)} May 20{page.random.integers(10, 30)}")
    y += 50
    page.text(page.left, y, f"Dear {page.words(2).title()},")
    y += 2 * page.size
    while y < page.bottom - 130:
        y = page.paragraph(page.left, y, page.right, int(page.random.integers(3, 7))) + page.size
    page.text(page.left, y + 20, page.words(2).title())


def invoice(page: Page) -> None:
    """A name, some lines with amounts at the right, a total."""
    page.text(page.left, page.top, page.words(2).title(), page.size + int(page.random.integers(2, 12)))
    page.text(page.right - 110, page.top + 25, f"No. {page.random.integers(1000, 99999)}")
    y = page.top + int(page.random.integers(60, 140))
    page.line(page.left, y, page.right, y)
    for _ in range(int(page.random.integers(4, 14))):
        y += round(1.8 * page.size)
        page.text(page.left, y, page.words(3))
        page.text(page.right - 65, y, page.number())
    page.line(page.left, y + 2 * page.size, page.right, y + 2 * page.size)
    page.text(page.right - 130, y + 3 * page.size, f"Total  {page.number()}")


def form(page: Page) -> None:
    """Questions with boxes and lines to fill in."""
    page.text(page.left, page.top, page.words(3).title(), page.size + 5)
    y = page.top + 40
    while y < page.bottom:
        page.text(page.left, y, f"{page.words(2).capitalize()}:")
        if page.random.random() < 0.4:
            for place in range(3):
                x = page.left + 130 + 75 * place
                page.draw.rectangle((x, y, x + page.size, y + page.size), outline=page.ink)
                page.text(x + page.size + 4, y, page.words(1))
        else:
            page.line(page.left + 130, y + page.size + 2, page.right, y + page.size + 2)
        y += round(page.size * float(page.random.uniform(2, 3.2)))


def article(page: Page) -> None:
    """A headline over two or three columns of text, at times with a picture."""
    page.text(page.left, page.top, page.words(4).title(), int(page.random.integers(16, 30)))
    count = int(page.random.integers(2, 4))
    width = (page.right - page.left) // count
    for column in range(count):
        x, y = page.left + column * width, page.top + 55
        if page.random.random() < 0.3:
            shade = int(page.random.integers(90, 190))
            page.draw.rectangle((x, y, x + width - 12, y + 90), fill=(shade,) * 3)
            y += 100
        while y < page.bottom:
            y = page.paragraph(x, y, x + width - 12, int(page.random.integers(4, 10)))


def listing(page: Page) -> None:
    """Source code: short lines, indented."""
    y, depth = page.top, 0
    while y < page.bottom:
        depth = max(0, depth + int(page.random.integers(-1, 2)))
        if page.random.random() < 0.9:
            text = page.words(int(page.random.integers(1, 6))).replace(
                " ", str(page.random.choice(["_", " = ", "(", "."]))
            )
            page.text(page.left + 18 * depth, y, text)
        y += round(1.3 * page.size)


def table(page: Page) -> None:
    """A grid of numbers under a title."""
    page.text(page.left, page.top, page.words(4).title(), page.size + 2)
    columns, rows = int(page.random.integers(3, 7)), int(page.random.integers(8, 22))
    width, height = (page.right - page.left) / columns, 2.0 * page.size
    top = page.top + 35
    for row in range(min(rows, int((page.bottom - top) / height))):
        for column in range(columns):
            shown = page.words(1) if not row or not column else page.number()
            page.text(page.left + column * width + 4, top + row * height + 3, shown[: int(width / (0.55 * page.size))])
        if page.random.random() < 0.8:
            page.line(page.left, top + row * height, page.right, top + row * height)


KINDS: tuple[Callable[[Page], None], ...] = (letter, invoice, form, article, listing, table)


def documents(of_each: int, seed: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield kind, file name and JPEG: a little turned, noisy, darker or paler, as a scanner leaves them."""
    random = np.random.default_rng(seed)
    for kind in KINDS:
        for number in range(of_each):
            page = Page(random)
            kind(page)
            turned = page.image.rotate(float(random.normal(0, 1.2)), Image.Resampling.BILINEAR, fillcolor=(200,) * 3)
            noisy = np.asarray(turned, np.float32) * random.uniform(0.8, 1.0) + random.normal(
                0, 8, (_HEIGHT, _WIDTH, 1)
            )
            buffer = io.BytesIO()
            shown = Image.fromarray(noisy.clip(0, 255).astype(np.uint8))
            shown.save(buffer, "JPEG", quality=int(random.integers(40, 85)))
            yield kind.__name__, f"{seed} {number:04d}.jpg", buffer.getvalue()
