from __future__ import annotations

from orchestrator.api.routes import route
from orchestrator.runs import asset_views, control_views, help_views, history_views, message_views, task_views, views

urlpatterns = [
    route("workspaces/<uuid:workspace>/runs", views.RunsView.as_view(), verb="run:read"),
    route("workspaces/<uuid:workspace>/runs/latest", views.LatestView.as_view(), verb="run:read"),
    route("workflows/<uuid:id>/runs", views.StartView.as_view(), verb="workflow:run"),
    route("runs/<uuid:id>", views.RunView.as_view(), verb="run:read"),
    route("runs/<uuid:id>/children", views.ChildrenView.as_view(), verb="run:read"),
    route("runs/<uuid:id>/events", views.RunEventsView.as_view(), verb="run:read"),
    route("runs/<uuid:id>/history", history_views.RunHistoryView.as_view(), verb="run:read"),
    route("runs/<uuid:id>/steps/<int:step>", views.StepView.as_view(), verb="run:payload"),
    route("runs/<uuid:id>/values", views.ValuesView.as_view(), verb="run:payload"),
    route("runs/<uuid:id>/cancel", control_views.CancelView.as_view(), verb="run:cancel"),
    route("runs/<uuid:id>/pause", control_views.PauseView.as_view(), verb="run:cancel"),
    route("runs/<uuid:id>/resume", control_views.ResumeView.as_view(), verb="run:cancel"),
    route("runs/<uuid:id>/load", control_views.LoadView.as_view(), verb="workflow:edit"),
    route("runs/<uuid:id>/repeat", control_views.RepeatView.as_view(), verb="workflow:run"),
    route("runs/<uuid:id>/steps/<int:step>/review", control_views.ReviewView.as_view(), verb="run:cancel"),
    route("runs/<uuid:id>/steps/<int:step>/explain", help_views.ExplainView.as_view(), verb="run:read"),
    route("workspaces/<uuid:workspace>/runs/bulk", control_views.BulkView.as_view(), verb="run:cancel"),
    route("workflows/<uuid:id>/steps/<str:node>/test", control_views.TryView.as_view(), verb="workflow:run_draft"),
    route("workspaces/<uuid:workspace>/messages", message_views.MessagesView.as_view(), verb="workflow:run"),
    route("assets/<uuid:id>/runs", asset_views.UsingRunsView.as_view(), verb="run:read"),
    route("workspaces/<uuid:workspace>/tasks", task_views.TasksView.as_view(), verb="task:read"),
    route("tasks/<uuid:id>", task_views.TaskView.as_view(), verb="task:read"),
    route("tasks/<uuid:id>/take", task_views.TakeView.as_view(), verb="task:decide"),
    route("tasks/<uuid:id>/release", task_views.ReleaseView.as_view(), verb="task:decide"),
    route("tasks/<uuid:id>/assign", task_views.AssignView.as_view(), verb="task:read"),
    route("tasks/<uuid:id>/complete", task_views.CompleteView.as_view(), verb="task:decide"),
    route("tasks/<uuid:id>/decide", task_views.DecideView.as_view(), verb="task:decide"),
    route("workspaces/<uuid:workspace>/outgoing-mails", views.MailsView.as_view(), verb="mail:read"),
    route("outgoing-mails/<uuid:id>", views.MailView.as_view(), verb="mail:read"),
]
