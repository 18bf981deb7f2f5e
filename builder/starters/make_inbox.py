"""Makes the sample inbox of *Document intake*: `python -m builder.starters.make_inbox` (needs the dev group).

Companies, people and accounts are invented; the words stand in `document_intake/texts.json`, and the same run gives
the same files.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab import rl_config
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

FOLDER = Path(__file__).parent / "document_intake"
TEXTS = json.loads((FOLDER / "texts.json").read_text(encoding="utf-8"))
DESK = "Document desk <intake@example.com>"
DAY = "Tue, 13 Oct 2026 09:15:00 +0200"
PASSWORD = "only-the-sender-knows"  # noqa: S105 - nobody shall be able to open the sample
STYLES = getSampleStyleSheet()
GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("FONTSIZE", (0, 0), (-1, -1), 9),
    ]
)


def iban(country: str, account: str) -> str:
    """An account number with a right check number, of a bank that does not exist."""
    digits = "".join(str(int(character, 36)) for character in f"{account}{country}00")
    plain = f"{country}{98 - int(digits) % 97:02d}{account}"
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


ACCOUNTS = {
    "harbour": iban("GB", "TUTI00000031926819"),
    "nordlicht": iban("DE", "999999990532013000"),
    "viento": iban("ES", "99990000450200051332"),
    "kestrel": iban("GB", "TUTI00000055779911"),
    "bergmann": iban("DE", "999999990000472211"),
    "changed": iban("LT", "9999900011122233"),
}


def pdf(story: list[Flowable], title: str, password: str | None = None) -> bytes:
    target = io.BytesIO()
    encrypt = StandardEncryption(password, ownerPassword="owner") if password else None
    SimpleDocTemplate(target, pagesize=A4, title=title, author="", invariant=1, encrypt=encrypt).build(story)
    return target.getvalue()


def paragraphs(text: str) -> list[Flowable]:
    items: list[Flowable] = []
    for part in text.strip().split("\n\n"):
        items += [Paragraph(part.replace("\n", "<br/>"), STYLES["BodyText"]), Spacer(1, 8)]
    return items


def grid(rows: Sequence[Sequence[str]]) -> Table:
    return Table([list(row) for row in rows], style=GRID, hAlign="LEFT")


def invoice(name: str, password: str | None = None) -> bytes:
    """One of the invoices in `texts.json`: head, table, sums, closing words."""
    made: Mapping[str, Any] = TEXTS["invoices"][name]
    facts = "\n".join(f"{label}: {value}" for label, value in made["facts"])
    sums = "\n".join(f"{label}: {value}" for label, value in made["sums"])
    closing = made["closing"].format(**ACCOUNTS)
    return pdf(
        [
            Paragraph(made["title"], STYLES["Title"]),
            *paragraphs(f"{made['seller']}\n{made['address']}\n\n{TEXTS['buyer']}\n\n{facts}"),
            grid([made["head"], *made["rows"]]),
            Spacer(1, 10),
            *paragraphs(f"{sums}\n\n{closing}"),
        ],
        title=f"{made['title'].title()} {made['seller']}",
        password=password,
    )


def letter(name: str, title: str, account: str = "") -> bytes:
    return pdf(paragraphs(TEXTS["letters"][name].format(iban=account)), title)


def claim() -> bytes:
    head = Paragraph("Insurance claim", STYLES["Title"])
    letters = TEXTS["letters"]
    return pdf(
        [head, grid(letters["claim_form"]), Spacer(1, 12), *paragraphs(letters["claim_letter"])], "Insurance claim"
    )


def mail(text: Mapping[str, Any]) -> bytes:
    """An e-mail to the desk: {from, subject, body, html?, attached?: {name: page}}."""
    message = EmailMessage()
    message["From"], message["To"], message["Date"] = text["from"], DESK, DAY
    if text["subject"]:
        message["Subject"] = text["subject"]
    message["Message-ID"] = f"<{number_of(text['subject'] + text['from'])}@example.com>"
    message.set_content(text["body"])
    if "html" in text:
        message.add_alternative(text["html"], subtype="html")
    for name, page in text.get("attached", {}).items():
        main, sub = ("image", "png") if name.endswith(".png") else ("application", "pdf")
        message.add_attachment(PAGES[page](), maintype=main, subtype=sub, filename=name)
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=={number}-tutti-sample==")
    return message.as_bytes()


def number_of(text: str) -> int:
    """The same number for the same text, for message ids."""
    return sum((place + 1) * ord(character) for place, character in enumerate(text))


def scan() -> bytes:
    """A grey, slightly turned picture of a page as PDF without any text in it."""
    page = Image.new("L", (1240, 1754), 247)
    font = ImageFont.truetype(str(Path(rl_config.__file__).parent / "fonts" / "Vera.ttf"), 30)
    text = TEXTS["letters"]["scan"].format(iban=ACCOUNTS["harbour"])
    ImageDraw.Draw(page).multiline_text((130, 150), text, font=font, fill=35, spacing=16)
    page = page.rotate(0.4, fillcolor=247).filter(ImageFilter.GaussianBlur(0.6))
    picture = io.BytesIO()
    page.save(picture, "JPEG", quality=45)
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    canvas.save()
    return target.getvalue()


def photo() -> bytes:
    random = Random(3)
    picture = Image.new("RGB", (240, 160), (120, 130, 140))
    draw = ImageDraw.Draw(picture)
    for _ in range(40):
        x, y = random.randrange(240), random.randrange(160)
        draw.ellipse((x, y, x + 18, y + 12), fill=(random.randrange(90, 200), 110, 120))
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def price_list() -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    canvas.setTitle("Price list and catalogue 2026")
    for number in range(1, 201):
        canvas.setFont("Helvetica", 12)
        canvas.drawString(60, 780, f"Clearwater Supplies Inc. - product catalogue and price list 2026, page {number}")
        for line in range(4):
            article = number * 10 + line
            size = article % 90 + 10
            text = f"Article {article}: hose type {article % 17}, {size} mm, colour blue"
            canvas.drawString(60, 740 - 20 * line, text)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        entry = zipfile.ZipInfo("word/document.xml", (2026, 10, 1, 9, 0, 0))
        file.writestr(entry, "<document>Quotation 4711</document>")
    return target.getvalue()


def damaged() -> bytes:
    """A PDF cut off in the middle; only its first line is right."""
    whole = invoice("harbour")
    return whole[:9] + bytes(byte ^ 0x5A for byte in whole[9 : len(whole) // 2])


PAGES: Mapping[str, Callable[[], bytes]] = {
    "harbour": lambda: invoice("harbour"),
    "nordlicht": lambda: invoice("nordlicht"),
    "viento": lambda: invoice("viento"),
    "changed": lambda: invoice("changed"),
    "locked": lambda: invoice("locked", PASSWORD),
    "consulting": lambda: letter("consulting", "Invoice KA-5540", ACCOUNTS["kestrel"]),
    "estimate": lambda: letter("estimate", "Repair estimate"),
    "claim": claim,
    "scan": scan,
    "photo": photo,
    "price_list": price_list,
    "archive": archive,
    "damaged": damaged,
}


def main() -> None:
    inbox = FOLDER / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for sample in TEXTS["samples"]:
        data = mail(sample["mail"]) if "mail" in sample else PAGES[sample["page"]]()
        (inbox / sample["name"]).write_bytes(data)
    index = [{key: sample[key] for key in ("name", "title", "description")} for sample in TEXTS["samples"]]
    (FOLDER / "inbox.json").write_text(json.dumps(index, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
