"""What the doors of operations give."""

from __future__ import annotations

from rest_framework import serializers


class WholeFigureSerializer(serializers.Serializer):
    now = serializers.IntegerField()
    before = serializers.IntegerField()


class FigureSerializer(serializers.Serializer):
    """Null where there is nothing to take it from."""

    now = serializers.FloatField(allow_null=True)
    before = serializers.FloatField(allow_null=True)


class RunProblemSerializer(serializers.Serializer):
    message = serializers.CharField()
    count = serializers.IntegerField()
    last_at = serializers.DateTimeField()


class FiguresSerializer(serializers.Serializer):
    days = serializers.IntegerField()
    since = serializers.DateTimeField(help_text="The filter of the lists behind the figures")
    runs = WholeFigureSerializer()
    failed = WholeFigureSerializer()
    done = WholeFigureSerializer()
    failure_percent = FigureSerializer(help_text="Of all runs")
    mean_ms = FigureSerializer(help_text="Of the runs that are done, from start to end")
    saving = WholeFigureSerializer(help_text="Done runs of workflows that say how much each of them saves")
    saved_minutes = FigureSerializer(help_text="Null while no workflow says so")
    problems = RunProblemSerializer(many=True)
