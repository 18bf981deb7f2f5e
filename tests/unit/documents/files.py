"""Documents made on the spot."""

from __future__ import annotations

import io
from email.message import EmailMessage

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, Table, TableStyle


def pdf(*pages: str, title: str = "", password: str | None = None) -> bytes:
    """A PDF with one page a text."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, encrypt=StandardEncryption(password) if password else None)
    canvas.setTitle(title)
    for page in pages:
        for number, line in enumerate(page.splitlines()):
            canvas.drawString(72, 760 - 16 * number, line)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def pdf_table(rows: list[list[str]]) -> bytes:
    stream = io.BytesIO()
    table = Table(rows)
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]))
    SimpleDocTemplate(stream, pagesize=A4).build([table])
    return stream.getvalue()


def picture(text: str) -> Image.Image:
    image = Image.new("L", (1000, 300), "white")
    ImageDraw.Draw(image).text((60, 100), text, fill="black", font=ImageFont.load_default(size=60))
    return image


def png(text: str) -> bytes:
    stream = io.BytesIO()
    picture(text).save(stream, "PNG")
    return stream.getvalue()


def scanned_pdf(*texts: str) -> bytes:
    """A PDF whose pages are pictures."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    for text in texts:
        canvas.drawImage(ImageReader(picture(text)), 40, 500, width=500, height=150)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def mail(subject: str = "Hello", text: str = "Good morning to everybody in the office.") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ann Lee <ann@example.com>"
    message["To"] = "Desk <desk@example.com>, bob@example.com"
    message["Subject"] = subject
    message["Date"] = "Mon, 02 Mar 2026 09:30:00 +0100"
    message.set_content(text)
    return message
