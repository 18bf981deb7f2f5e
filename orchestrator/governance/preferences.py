"""How a person wants the pages."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from rest_framework import serializers

LANGUAGES = ("en", "de")
DATE_FORMATS = ("words", "iso", "day_first", "month_first")


class TourSerializer(serializers.Serializer):
    """How far the guided first workflow got."""

    step = serializers.IntegerField(min_value=0, max_value=20)
    ended = serializers.BooleanField()


class PreferencesSerializer(serializers.Serializer):
    """What is left out follows the browser, or the product's own choice."""

    language = serializers.ChoiceField(choices=LANGUAGES, required=False, allow_null=True)
    time_zone = serializers.CharField(required=False, allow_null=True, max_length=60)
    date_format = serializers.ChoiceField(choices=DATE_FORMATS, required=False)
    scheme = serializers.ChoiceField(choices=["light", "dark", "auto"], required=False)
    density = serializers.ChoiceField(choices=["comfortable", "compact"], required=False)
    data_view = serializers.ChoiceField(choices=["table", "fields", "json"], required=False)
    panel_wide = serializers.BooleanField(required=False, help_text="A step opens with what comes in and out beside it")
    panel_width = serializers.IntegerField(required=False, min_value=360, max_value=560)
    formulas = serializers.BooleanField(required=False, help_text="Settings open in formula mode where they hold one")
    tour = TourSerializer(required=False)
    news_seen = serializers.CharField(required=False, max_length=40, help_text="The newest of what's new they closed")
    checklists_closed = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=500)

    def validate_time_zone(self, value: str | None) -> str | None:
        if value is not None and value not in available_timezones():
            raise serializers.ValidationError("There is no time zone of this name. Choose one from the list.")
        return value

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError(dict.fromkeys(unknown, "There is no preference of this name."))
        return super().to_internal_value(data)
