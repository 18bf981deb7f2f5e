"""The words that stand beside values in business documents: English, German, Spanish, Dutch, French."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBER = r"(?:number|num\.?|no\.?(?!\w)|nr\.?(?!\w)|n[°ºo]\.?(?!\w)|n\.\s?[°º]|#|id\b)"
DE_NUMBER = r"[-\s]?(?:nummer|nr\.?(?!\w))"
ES_NUMBER = r"(?:n[úu]mero|n[°º]|n\.\s?[°º]|n[úu]m\.?)"
FR_NUMBER = r"(?:num[ée]ro|n[°ºo]\.?)"

STRONG, FAIR, WEAK = 0.95, 0.85, 0.6
"""How much a label alone says: weak ones count only before a colon or above a column."""


@dataclass(frozen=True, kw_only=True)
class Label:
    kind: str
    certainty: float
    pattern: re.Pattern[str]


def _labels(kind: str, certainty: float, *words: str) -> Label:
    return Label(
        kind=kind, certainty=certainty, pattern=re.compile(rf"(?<![^\W\d])(?:{'|'.join(words)})", re.IGNORECASE)
    )


LABELS = (
    _labels(
        "invoice_number",
        STRONG,
        rf"(?:tax\s+)?invoice\s*{NUMBER}",
        rf"bill\s+{NUMBER}",
        rf"credit\s+note\s+{NUMBER}",
        rf"rechnungs?{DE_NUMBER}",
        rf"beleg{DE_NUMBER}",
        r"rechnung\s+nr\.?",
        rf"{ES_NUMBER}\s*(?:de\s+)?(?:la\s+)?factura",
        rf"factura\s+{ES_NUMBER}",
        rf"fact?uur\s?{DE_NUMBER}",
        rf"{FR_NUMBER}\s*(?:de\s+)?(?:la\s+)?facture",
        rf"facture\s+{FR_NUMBER}",
    ),
    _labels(
        "invoice_number",
        WEAK,
        r"(?:tax\s+)?invoice\b",
        r"rechnung\b",
        r"factura\b",
        r"fac?tuur\b",
        r"facture\b",
        r"^\s*#",
    ),
    _labels(
        "invoice_date",
        STRONG,
        r"invoice\s+dated?\b",
        r"date\s+of\s+(?:issue|invoice)",
        r"issue\s+date",
        r"issued\s+on",
        r"rechnungs-?datum",
        r"ausstellungs-?datum",
        r"fecha\s+de\s+(?:la\s+)?(?:factura|emisi[óo]n|expedici[óo]n)",
        r"fecha\s+factura",
        r"fact?uur\s?datum",
        r"date\s+(?:de\s+(?:la\s+)?factur(?:e|ation)|d['’][ée]mission)",
    ),
    _labels("invoice_date", FAIR, r"dated?\b(?!\s+of\s+(?:birth|loss))", r"datum\b", r"fecha\b(?!\s+de\s+nac)"),
    _labels(
        "due_date",
        STRONG,
        r"(?:payment\s+)?due\s+date",
        r"payment\s+due(?:\s+(?:by|on))?",
        r"pay(?:able|ment)?\s+(?:by|before|until)\b",
        r"due\s+(?:on|by)\b",
        r"f[äa]lligkeits-?datum",
        r"f[äa]llig(?:keit)?(?:\s+(?:am|bis|zum))?\b",
        r"zahlbar\s+bis(?:\s+zum)?",
        r"zu\s+zahlen\s+bis",
        r"zahlungsziel",
        r"fecha\s+(?:de\s+(?:vencimiento|pago)|l[íi]mite(?:\s+de\s+pago)?)",
        r"vencimiento",
        r"vence\s+el",
        r"p[áa]guese\s+antes\s+del",
        r"verval\s?datum",
        r"te\s+betalen\s+(?:v[óo][óo]r|uiterlijk)",
        r"(?:date\s+d['’])?[ée]ch[ée]ance",
        r"date\s+limite(?:\s+de\s+paiement)?",
    ),
    _labels(
        "event_date",
        STRONG,
        r"date\s+of\s+(?:loss|birth|incident|accident|service|delivery)",
        r"(?:order|delivery|ship(?:ping)?)\s+date",
        r"(?:schaden|bestell|liefer|leistungs|order|geburts)-?(?:datum|tag)",
        r"fecha\s+(?:del?\s+)?(?:siniestro|pedido|entrega|nacimiento)",
    ),
    _labels(
        "total",
        STRONG,
        r"grand\s+total",
        r"total\s+(?:amount\s+)?(?:due|payable|to\s+pay)",
        r"amount\s+(?:due|payable)",
        r"balance\s+due",
        r"invoice\s+total",
        r"total\s+for\s+this\s+invoice",
        r"total\s+incl\w*\.?(?:\s+(?:vat|tax))?",
        r"total\s+amount",
        r"gesamt(?:betrag|summe)",
        r"rechnungs(?:betrag|summe)",
        r"zahl(?:ungs)?betrag",
        r"end(?:betrag|summe)",
        r"brutto(?:betrag|summe)?",
        r"zu\s+zahlender\s+betrag",
        r"total\s+a\s+pagar",
        r"importe\s+total",
        r"total\s+(?:de\s+la\s+)?factura",
        r"fact?uur\s?totaal",
        r"totaal\s?bedrag",
        r"te\s+betalen\s+bedrag",
        r"totaal\s+incl\w*\.?(?:\s+btw)?",
        r"total\s+ttc",
        r"net\s+[àa]\s+payer",
        r"montant\s+total",
    ),
    _labels("total", FAIR, r"total\b", r"totaal\b", r"gesamt\b", r"summe\b"),
    _labels(
        "claimed",
        FAIR,
        r"(?:claimed|disputed)\s+amount",
        r"amount\s+(?:claimed|disputed|in\s+dispute)",
        r"(?:estimated\s+)?(?:damage|repair\s+costs?|loss)(?=\s*:)",
        r"schadenh[öo]he",
        r"(?:strittiger|geforderter)\s+betrag",
        r"importe\s+(?:reclamado|en\s+disputa)",
        r"amount(?=\s*:)",
        r"betrag(?=\s*:)",
        r"importe(?=\s*:)",
    ),
    _labels(
        "subtotal",
        STRONG,
        r"sub\s?-?\s?tota+l",
        r"subtotaal",
        r"zwischensumme",
        r"netto(?:betrag|summe)?\b",
        r"net\s+(?:total|amount)",
        r"total\s+(?:net|ht|excl\w*\.?|before\s+tax)",
        r"base\s+imponible",
        r"excl(?:usief|\.)?\s+btw",
        r"totaal\s+excl\w*\.?",
        r"montant\s+ht",
    ),
    _labels(
        "tax",
        STRONG,
        r"(?:vat|tax|gst|mwst|ust|iva|btw|tva)\b\.?(?!\s*(?:id|number|no|reg|nummer|nr|invoice))",
        r"(?:umsatz|mehrwert)steuer\b",
        r"total\s+(?:tax|vat)",
    ),
    _labels(
        "order",
        STRONG,
        rf"(?:purchase\s+)?order\s*{NUMBER}",
        rf"p\.?o\.?\s*{NUMBER}",
        rf"(?:bestell|auftrags){DE_NUMBER}",
        r"(?:bestellung|auftrag)\s+nr\.?",
        rf"{ES_NUMBER}\s*de\s+pedido",
        rf"pedido\s+{ES_NUMBER}",
        rf"order\s?{DE_NUMBER}",
        rf"{FR_NUMBER}\s*de\s+commande",
    ),
    _labels("order", WEAK, r"order\b", r"bestellung\b", r"pedido\b", r"commande\b"),
    _labels(
        "claim",
        STRONG,
        rf"claim\s*(?:ref(?:erence)?\s*)?{NUMBER}",
        r"claim\s+ref(?:erence)?\b",
        rf"schadens?{DE_NUMBER}",
        rf"{ES_NUMBER}\s*de\s+siniestro",
        rf"siniestro\s+{ES_NUMBER}",
    ),
    _labels(
        "policy",
        STRONG,
        rf"policy\s*{NUMBER}",
        rf"(?:versicherungs(?:schein)?|policen?){DE_NUMBER}",
        rf"{ES_NUMBER}\s*de\s+p[óo]liza",
        rf"p[óo]liza\s+{ES_NUMBER}",
        r"polisnummer",
    ),
    _labels(
        "case",
        STRONG,
        rf"(?:case|ticket|incident)\s*{NUMBER}",
        r"aktenzeichen",
        rf"vorgangs{DE_NUMBER}",
        rf"{ES_NUMBER}\s*de\s+expediente",
        rf"expediente\s+{ES_NUMBER}",
        r"zaaknummer",
        rf"{FR_NUMBER}\s*de\s+dossier",
    ),
    _labels(
        "transaction",
        STRONG,
        rf"transaction\s*{NUMBER}",
        r"transaction\s+ref(?:erence)?\b",
        rf"transaktions{DE_NUMBER}",
        rf"{ES_NUMBER}\s*de\s+(?:operaci[óo]n|transacci[óo]n)",
    ),
    _labels(
        "customer",
        STRONG,
        rf"(?:customer|account|client)\s*{NUMBER}",
        rf"(?:kunden|konto|klant){DE_NUMBER}",
        rf"{ES_NUMBER}\s*de\s+(?:cliente|cuenta)",
        rf"{FR_NUMBER}\s*(?:de\s+)?client",
    ),
    _labels("customer", WEAK, r"customer\b", r"klant\b", r"kunde\b", r"cliente\b"),
    _labels("contract", STRONG, rf"contract\s*{NUMBER}", rf"vertrags{DE_NUMBER}", rf"{ES_NUMBER}\s*de\s+contrato"),
    _labels(
        "reference",
        FAIR,
        r"(?:your|our|payment|customer)?\s*ref(?:erence)?\b\.?(?:\s*(?:number|no\.?))?",
        r"(?:ihr|unser)\s+zeichen",
        r"verwendungszweck",
        r"referen[cz]n?ummer",
        r"referencia",
        r"referentie",
        r"(?:uw|ons)\s+kenmerk",
        r"r[ée]f[ée]rence",
    ),
    _labels(
        "party",
        STRONG,
        r"bill(?:ed)?\s+(?:to|from)",
        r"sold\s+(?:by|to)",
        r"ship\s+to",
        r"(?:seller|supplier|vendor|claimant|policy\s?holder|insured)(?=\s*:)",
        r"(?:lieferant|verk[äa]ufer|versicherungsnehmer(?:in)?|absender|rechnungsempf[äa]nger)(?=\s*:)",
        r"(?:proveedor|emisor|asegurad[oa]|tomador)(?=\s*:)",
        r"(?:leverancier|fournisseur)(?=\s*:)",
    ),
)

MONTHS = (
    "jan(?:uary|uar|uari|vier)?|jänner|enero|ene|feb(?:ruary|ruar|ruari|rero)?|f[ée]vr(?:ier)?|mar(?:ch|zo|s)?|märz|mrz|maart|mrt|"
    "apr(?:il)?|abr(?:il)?|avr(?:il)?|may|mai|mayo|mei|jun(?:e|i|io)?|juin|jul(?:y|i|io)?|juil(?:let)?|aug(?:ust|ustus)?|ago(?:sto)?|ao[ûu]t|"
    "sep(?:t(?:ember|iembre|embre)?)?|o[ck]t(?:ober|obre|ubre)?|okt|nov(?:ember|iembre|embre)?|de[czs](?:ember|embre)?|dic(?:iembre)?|d[ée]c(?:embre)?"
)

LEGAL_FORMS = (
    r"GmbH(?:\s*&\s*Co\.?\s*KG)?|AG|KG|OHG|UG|e\.\s?K\.|SE|Ltd\.?|Limited|PLC|plc|LLP|LLC|Inc\.?|Corp\.?|Corporation|Company|"
    r"B\.V\.|BV|N\.V\.|S\.L\.U?\.?|S\.A\.|S\.L|SARL|SAS|Sarl|S\.à\s?r\.l\.|S\.r\.l\.|AB|ApS|Oy"
)
