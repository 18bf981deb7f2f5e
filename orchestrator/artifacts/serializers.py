"""What artifacts read and answer."""

from __future__ import annotations

from rest_framework import serializers


class FileRefSerializer(serializers.Serializer):
    """A stored file as values carry it."""

    file_id = serializers.UUIDField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class UploadSerializer(serializers.Serializer):
    file = serializers.FileField(error_messages={"empty": "The file is empty. Choose another one."})


class FilePreviewSerializer(serializers.Serializer):
    text = serializers.CharField(allow_blank=True)
    pages = serializers.IntegerField(help_text="Of the whole file")
    cut = serializers.BooleanField(help_text="There is more than this")
