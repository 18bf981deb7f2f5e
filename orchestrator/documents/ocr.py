"""Pictures of text, read by the `tesseract` program where it is installed."""

from __future__ import annotations

import io
import shutil
import subprocess
from functools import cache

import pypdfium2
from PIL import Image, UnidentifiedImageError

from orchestrator.documents.document import Budget, Document
from orchestrator.documents.errors import DocumentError

MISSING = "No text was found, because the pages are pictures. To read them, install tesseract-ocr on the server."

_DPI = 170
_LONGEST_SIDE = 4000
"""Of a rendered page, in pixels."""
_MOST_PIXELS = 50_000_000
_PAGE_SECONDS = 60.0
_LANGUAGES = ("eng", "deu", "fra", "spa", "ita", "nld")


def available() -> bool:
    return shutil.which("tesseract") is not None


def read_image(data: bytes, budget: Budget) -> Document:
    """A picture as a document of its frames; raises `DocumentError`."""
    if budget.ocr == "never" or not available():
        hint = "Choose a document with text, or let an admin install tesseract-ocr on the server."
        raise DocumentError("wrong_type", "This is a picture, and pictures are not read here.", hint)
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise DocumentError(
                    "too_large", "The picture is too large to be read.", "Scan it with 300 dpi or less."
                )
            frames = int(getattr(image, "n_frames", 1))
            texts = []
            for frame in range(min(frames, budget.ocr_pages)):
                image.seek(frame)
                texts.append(_read(image, budget))
            media_type = Image.MIME.get(image.format or "", "image/unknown")
    except (UnidentifiedImageError, OSError, ValueError, EOFError, SyntaxError, Image.DecompressionBombError) as error:
        raise DocumentError("damaged", "The picture is damaged.", "Scan or save it again.") from error
    text = "\n\n".join(part for part in texts if part)
    warnings = [] if text else ["No text was found in the picture."]
    if frames > len(texts):
        warnings.append(f"Only the first {len(texts)} of {frames} pages were read.")
    return Document(text=text, media_type=media_type, pages=frames, ocr_used=True, warnings=warnings)


def read_pages(data: bytes, pages: list[int], budget: Budget) -> dict[int, str]:
    """The text of these pages of a PDF (from 0), as far as budget and time go; raises PdfiumError."""
    texts: dict[int, str] = {}
    with pypdfium2.PdfDocument(data) as pdf:
        for number in pages:
            if budget.ocr_pages <= 0 or budget.time_left() <= 0:
                break
            page = pdf[number]
            scale = min(_DPI / 72, _LONGEST_SIDE / max(*page.get_size(), 1.0))
            texts[number] = _read(page.render(scale=scale, grayscale=True).to_pil(), budget)
            page.close()
    return texts


def _read(picture: Image.Image, budget: Budget) -> str:
    """The words in the picture; empty when there are none or time is up."""
    budget.ocr_pages -= 1
    png = io.BytesIO()
    picture.convert("L").save(png, "PNG")
    command = ["tesseract", "stdin", "stdout", "-l", _languages(), "--dpi", str(_DPI)]
    try:
        done = subprocess.run(
            command,
            input=png.getvalue(),
            capture_output=True,
            timeout=max(1.0, min(budget.time_left(), _PAGE_SECONDS)),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", errors="replace").strip() if done.returncode == 0 else ""


@cache
def _languages() -> str:
    command = ["tesseract", "--list-langs"]
    listed = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stdout.split()
    return "+".join(language for language in _LANGUAGES if language in listed) or "eng"
