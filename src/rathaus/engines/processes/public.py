"""The only door of the process engine: check, deploy, start, work on, observe."""

from .actions import Action, ActionContext, BusinessError, InvalidInput, NoInputs, actions
from .bpmn.model import Kind
from .check.process import check_process
from .enums import HistoryKind, IncidentKind, IncidentState, InstanceState, TaskState, TokenState
from .environment import ANYTHING, Environment, Names, environment_of, environments
from .events import IncidentRaised, InstanceCompleted, InstanceFailed, TaskCompleted, TaskCreated
from .models import HistoryEntry, Incident, ProcessInstance, ProcessVersion, UserTask
from .ports import ProcessStarter, RoleTarget, StartContext, SubjectData, process_starter, subject_data
from .queries.incidents import open_incidents
from .queries.progress import (
    CurrentElement,
    awaits_message,
    completed_elements,
    context_of,
    current_elements,
    history_of,
    incidents_of,
    instances_of,
    process_xml,
    result_names,
    variables_of,
)
from .queries.tasks import last_completed_by, open_tasks, open_tasks_of, task_for, tasks_of
from .services.deployment import NotDeployable, deploy_process
from .services.incidents import IncidentClosed, InvalidResolution, resolve_incident, retry_incident
from .services.instances import cancel_instance, cancel_instances, start_process
from .services.messages import deliver_message
from .services.timers import fire_due_timers
from .services.user_tasks import (
    InvalidOutcome,
    ReasonRequired,
    TaskAlreadyCompleted,
    TaskAssignedToOther,
    TaskCancelled,
    TaskError,
    TaskNotFound,
    assign_task,
    claim_task,
    complete_task,
    move_tasks,
    release_task,
)

__all__ = [
    "ANYTHING",
    "Action",
    "ActionContext",
    "BusinessError",
    "CurrentElement",
    "Environment",
    "HistoryEntry",
    "HistoryKind",
    "Incident",
    "IncidentClosed",
    "IncidentKind",
    "IncidentRaised",
    "IncidentState",
    "InstanceCompleted",
    "InstanceFailed",
    "InstanceState",
    "InvalidInput",
    "InvalidOutcome",
    "InvalidResolution",
    "Kind",
    "Names",
    "NoInputs",
    "NotDeployable",
    "ProcessInstance",
    "ProcessStarter",
    "ProcessVersion",
    "ReasonRequired",
    "RoleTarget",
    "StartContext",
    "SubjectData",
    "TaskAlreadyCompleted",
    "TaskAssignedToOther",
    "TaskCancelled",
    "TaskCompleted",
    "TaskCreated",
    "TaskError",
    "TaskNotFound",
    "TaskState",
    "TokenState",
    "UserTask",
    "actions",
    "assign_task",
    "awaits_message",
    "cancel_instance",
    "cancel_instances",
    "check_process",
    "claim_task",
    "complete_task",
    "completed_elements",
    "context_of",
    "current_elements",
    "deliver_message",
    "deploy_process",
    "environment_of",
    "environments",
    "fire_due_timers",
    "history_of",
    "incidents_of",
    "instances_of",
    "last_completed_by",
    "move_tasks",
    "open_incidents",
    "open_tasks",
    "open_tasks_of",
    "process_starter",
    "process_xml",
    "release_task",
    "resolve_incident",
    "result_names",
    "retry_incident",
    "start_process",
    "subject_data",
    "task_for",
    "tasks_of",
    "variables_of",
]
