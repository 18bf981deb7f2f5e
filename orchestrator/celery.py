"""The Celery application. It carries hints ("this run has something to do"), never state: a lost or doubled message
costs nothing, because the sweep of the engine workers finds what is due in PostgreSQL.

Hence no result backend, no late acknowledgement, no redelivery, no scheduler. Tasks are sent by name.
"""

from __future__ import annotations

import os

from celery import Celery
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")

app = Celery("tutti", include=["orchestrator.runs.tasks"])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_queues=[Queue("engine"), Queue("cpu")],
    task_default_queue="engine",
    task_create_missing_queues=False,
    task_routes={"runs.execute_step": {"queue": "cpu"}},
    task_ignore_result=True,
    task_acks_late=False,
    task_publish_retry=False,  # a hint that cannot be sent now is found by the sweep
    worker_prefetch_multiplier=1,
    worker_disable_prefetch=True,  # messages stay in the broker until a thread is free
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # a worker waits for its broker for ever
    broker_transport_options={"socket_keepalive": True, "health_check_interval": 25},
)
app.steps["worker"].add("orchestrator.runs.tasks:HostStep")  # by name: only workers load the engine
