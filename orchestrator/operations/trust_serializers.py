"""What the doors of the pages "Trust" and "Health" give."""

from __future__ import annotations

from rest_framework import serializers

from orchestrator.operations.trust import Standing


class _CardSerializer(serializers.Serializer):
    standing = serializers.ChoiceField(choices=[(each.value, each.value) for each in Standing])
    reason = serializers.CharField(help_text="Why it does not stand well; empty where it does")


class TrustKeySerializer(serializers.Serializer):
    name = serializers.CharField()
    sealed = serializers.IntegerField(help_text="So much is sealed with it")
    in_ring = serializers.BooleanField(help_text="False: what it sealed cannot be opened")


class TrustKeysSerializer(_CardSerializer):
    sealing_key = serializers.CharField(help_text="The name of the key that seals now")
    kept_in = serializers.ChoiceField(choices=["environment", "data_folder"])
    keys = TrustKeySerializer(many=True)
    since = serializers.DateTimeField(allow_null=True, help_text="When that key began to seal")


class TrustTrailSerializer(_CardSerializer):
    events = serializers.IntegerField()
    last_at = serializers.DateTimeField(allow_null=True, help_text="The newest signature of any chain")
    every_s = serializers.FloatField(help_text="So often chains are signed, in seconds")
    stale = serializers.IntegerField(help_text="Chains that were not signed in time")
    not_kept = serializers.IntegerField(help_text="Signatures that could not be written outside yet")
    outside = serializers.BooleanField(help_text="Whether signatures go to a place outside")
    broken = serializers.IntegerField(help_text="Chains that were found to be changed")
    unsealed = serializers.IntegerField(help_text="Ends of runs that are about to be sealed into it")
    guarded = serializers.BooleanField(help_text="Whether the database refuses every change of it")


class TakenBackupSerializer(serializers.Serializer):
    name = serializers.CharField()
    started_at = serializers.DateTimeField()
    by = serializers.ChoiceField(choices=["schedule", "command"])
    size = serializers.IntegerField(help_text="Bytes")
    files = serializers.IntegerField()
    lacking = serializers.IntegerField(help_text="Files whose content was gone or damaged")


class TrustBackupsSerializer(_CardSerializer):
    scheduled = serializers.BooleanField(help_text="Whether they are taken by themselves")
    every_hours = serializers.IntegerField()
    kept = serializers.IntegerField()
    next_at = serializers.DateTimeField(allow_null=True)
    last_good = TakenBackupSerializer(allow_null=True)
    failed_at = serializers.DateTimeField(allow_null=True, help_text="Where the last one failed: when it was begun")
    error = serializers.CharField()
    restored_at = serializers.DateTimeField(allow_null=True, help_text="The last return to a backup")
    restored_to = serializers.DateTimeField(allow_null=True, help_text="When that backup was taken")
    missing_keys = serializers.ListField(child=serializers.CharField())


class RefusedSignInSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    action = serializers.CharField()
    name = serializers.CharField(help_text="As whom somebody tried to sign in")
    address = serializers.CharField()


class TrustSignInsSerializer(_CardSerializer):
    last_hour = serializers.IntegerField()
    last_day = serializers.IntegerField()
    addresses = serializers.IntegerField(help_text="From so many addresses within a day")
    strangers = serializers.IntegerField(help_text="Within a day, as somebody whom nobody knows")
    latest = RefusedSignInSerializer(many=True)


class TrustSerializer(serializers.Serializer):
    keys = TrustKeysSerializer()
    trail = TrustTrailSerializer()
    backups = TrustBackupsSerializer()
    sign_ins = TrustSignInsSerializer()


class TrustAlertSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    card = serializers.CharField()
    reason = serializers.CharField()
    raised_at = serializers.DateTimeField()


class LineSerializer(serializers.Serializer):
    working = serializers.IntegerField()
    in_line = serializers.IntegerField()


class RunLineSerializer(LineSerializer):
    longest_s = serializers.IntegerField(help_text="So long has the first in line waited, in seconds")


class HealthDaySerializer(serializers.Serializer):
    day = serializers.DateField()
    done = serializers.IntegerField()
    failed = serializers.IntegerField()


class HealthSerializer(serializers.Serializer):
    workers = serializers.IntegerField(help_text="Engine workers that are alive")
    broker = serializers.BooleanField()
    runs = RunLineSerializer()
    steps = LineSerializer(help_text="Steps that run in processes of their own")
    max_running = serializers.IntegerField()
    max_open = serializers.IntegerField()
    days = HealthDaySerializer(many=True)
    done = serializers.IntegerField()
    failed = serializers.IntegerField()
    success_percent = serializers.FloatField(allow_null=True)
    reason = serializers.ChoiceField(
        choices=["", "no_broker", "no_engine", "at_limit", "slow"], help_text="What is wrong; empty: nothing"
    )
