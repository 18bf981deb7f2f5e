from __future__ import annotations

from orchestrator.api.routes import route
from orchestrator.runs import views

urlpatterns = [
    route("workspaces/<uuid:workspace>/runs", views.RunsView.as_view(), verb="run:read"),
    route("workspaces/<uuid:workspace>/figures", views.FiguresView.as_view(), verb="run:read"),
    route("workflows/<uuid:id>/runs", views.StartView.as_view(), verb="workflow:run"),
    route("runs/<uuid:id>", views.RunView.as_view(), verb="run:read"),
    route("runs/<uuid:id>/children", views.ChildrenView.as_view(), verb="run:read"),
    route("runs/<uuid:id>/events", views.RunEventsView.as_view(), verb="run:read"),
    route("runs/<uuid:id>/steps/<int:step>", views.StepView.as_view(), verb="run:payload"),
    route("runs/<uuid:id>/values", views.ValuesView.as_view(), verb="run:payload"),
    route("runs/<uuid:id>/cancel", views.CancelView.as_view(), verb="run:cancel"),
    route("runs/<uuid:id>/repeat", views.RepeatView.as_view(), verb="workflow:run"),
    route("workspaces/<uuid:workspace>/tasks", views.TasksView.as_view(), verb="task:read"),
    route("tasks/<uuid:id>", views.TaskView.as_view(), verb="task:read"),
    route("tasks/<uuid:id>/take", views.TakeView.as_view(), verb="task:decide"),
    route("tasks/<uuid:id>/release", views.ReleaseView.as_view(), verb="task:decide"),
    route("tasks/<uuid:id>/decide", views.DecideView.as_view(), verb="task:decide"),
    route("workspaces/<uuid:workspace>/outgoing-mails", views.MailsView.as_view(), verb="mail:read"),
    route("outgoing-mails/<uuid:id>", views.MailView.as_view(), verb="mail:read"),
]
