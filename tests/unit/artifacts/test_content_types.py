from __future__ import annotations

import io
import time
import zipfile

import pytest

from orchestrator.artifacts.content_types import content_type_of


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (
            zipped("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (zipped("readme.txt"), "application/zip"),
        (b"PK\x03\x04 no archive", "application/octet-stream"),
        (b"<!DOCTYPE html><p>hi", "text/html"),
        (b"  <html>", "text/html"),
        (b"<?xml version='1.0'?><svg onload='x'>", "image/svg+xml"),
        (b"<?xml version='1.0'?><invoice/>", "application/xml"),
        (b"<!-- a --> <!-- b -->\n<!doctype html>", "text/html"),
        (b"<?xml version='1.0'?><!-- a --><svg>", "image/svg+xml"),
        (b"<!-- a comment without end <html>", "text/plain"),
        (b"From: a@b.example\nTo: c@d.example\nSubject: Hello\n\nText", "message/rfc822"),
        (b"Subject: only one header\n\nText", "text/plain"),
        ("Grüße".encode(), "text/plain"),
        ("Grüße".encode("latin-1"), "text/plain"),
        (("ü" * 40_000).encode(), "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"", "text/plain"),
    ],
)
def test_the_content_tells_the_type(data: bytes, media_type: str):
    assert content_type_of(data) == media_type


def test_many_comments_take_no_time_to_pass():
    began = time.process_time()
    assert content_type_of(b"<!---->" * 9_000 + b"no markup") == "text/plain"
    assert content_type_of(b"<!---->" * 9_000 + b"<html>") == "text/html"
    assert time.process_time() - began < 1
