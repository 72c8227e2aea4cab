"""The portal for programs: read the catalogue, hand in an application by the same door as the pages."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from ninja.params import functions
from ninja.utils import check_csrf

from rathaus.blueprints import public as blueprints
from rathaus.identity.public import Actor, UserAccount, actor_of
from rathaus.intake import public as intake
from rathaus.portal.queries import catalogue

router = Router(tags=["services"])
MIN_KEY, MAX_KEY = 8, 200


class ServiceSummary(Schema):
    slug: str
    title: dict[str, str]
    summary: dict[str, str]
    unit: str
    audience: list[str]
    assurance: str
    is_active: bool
    inactive_reason: dict[str, str]


class ServiceDetails(ServiceSummary):
    version: str
    description: dict[str, str]
    needs: list[dict[str, str]]
    fee: dict[str, str]
    target_working_days: int
    leika: list[str]
    channels: list[str]
    form: dict[str, Any]


class NewApplication(Schema):
    """``data`` in the canonical form: numbers with a point, dates as 2026-12-04."""

    data: dict[str, Any]
    language: str = "de"


class ReceiptOut(Schema):
    application_id: str
    case_id: str
    case_reference: str
    title: str
    received_at: str
    due_on: str | None


class Refused(Schema):
    """A request that cannot be answered, in one sentence."""

    detail: str


class Unreadable(Schema):
    """What in the request is not as this description says, place by place."""

    detail: list[dict[str, Any]]


class Problem(Schema):
    path: str
    message: str


class Problems(Schema):
    errors: list[Problem]


def _summary(service: blueprints.Service) -> dict[str, Any]:
    assert service.current is not None  # installed_services() has only such
    descriptor = catalogue.descriptor_of(service.current)
    return {
        "slug": service.slug,
        "title": descriptor.title.model_dump(),
        "summary": descriptor.summary.model_dump(),
        "unit": service.unit.code,
        "audience": list(descriptor.audience),
        "assurance": descriptor.assurance,
        "is_active": service.is_active,
        "inactive_reason": {} if service.is_active else dict(service.inactive_reason),
    }


@router.get("/services", response=list[ServiceSummary], summary="All services")
def list_services(request: HttpRequest) -> list[dict[str, Any]]:
    return [_summary(service) for service in blueprints.installed_services()]


@router.get(
    "/services/{slug:slug}",
    response={200: ServiceDetails, 400: Refused, 404: Refused},
    summary="One service with its form",
)
def get_service(request: HttpRequest, slug: str) -> dict[str, Any]:
    plan = _plan(slug)
    descriptor = plan.descriptor
    return {
        **_summary(plan.service),
        "version": descriptor.version,
        "description": descriptor.description.model_dump(),
        "needs": [need.model_dump() for need in descriptor.needs],
        "fee": descriptor.fee.text.model_dump(),
        "target_working_days": descriptor.target_working_days,
        "leika": list(descriptor.leika),
        "channels": list(descriptor.channels),
        "form": plan.version.form_version.content,
    }


@router.post(
    "/services/{slug:slug}/applications",
    response={
        201: ReceiptOut,
        200: ReceiptOut,
        400: Refused,
        403: Refused,
        404: Refused,
        409: Problems,
        422: Problems | Unreadable,
        503: Refused,
    },
    summary="Hand in an application",
)
def create_application(
    request: HttpRequest,
    slug: str,
    payload: NewApplication,
    idempotency_key: Annotated[str, functions.Header(alias="Idempotency-Key")],
) -> Status[dict[str, Any]]:
    """The same request with the same Idempotency-Key gives the same receipt: 201 the first time, 200 after that.

    Other data under a key that was used before: 409, and nothing is stored.
    """
    actor = _actor(request)
    if not MIN_KEY <= len(idempotency_key) <= MAX_KEY:
        raise HttpError(400, f"Idempotency-Key: {MIN_KEY} to {MAX_KEY} characters")
    _plan(slug)
    envelope = intake.Envelope(
        service=slug,
        data=payload.data,
        channel=intake.Channel.ONLINE,
        token=_token(idempotency_key, slug, actor),
        fingerprint=_fingerprint(payload),
        actor=actor,
        language="en" if payload.language == "en" else "de",
        account=request.user if isinstance(request.user, UserAccount) else None,
    )
    try:
        receipt = intake.receive(envelope)
    except intake.InvalidSubmission as invalid:
        errors = [{"path": error.path, "message": error.message} for error in invalid.errors]
        return Status(422, {"errors": errors})
    except intake.HeldBack as refused:
        raise HttpError(503, str(refused)) from None
    except intake.NotAccepted as refused:
        return Status(409, {"errors": [{"path": "", "message": str(refused)}]})
    return Status(200 if receipt.is_repeated else 201, _receipt(receipt))


def _plan(slug: str) -> intake.ServicePlan:
    try:
        return intake.plan_for(slug)
    except blueprints.ServiceUnknown:
        raise HttpError(404, "There is no such service.") from None


def _actor(request: HttpRequest) -> Actor:
    """The signed-in person, who then needs the CSRF token as every form does; else a guest."""
    actor = actor_of(request)
    if actor.is_authenticated and check_csrf(request) is not None:
        raise HttpError(403, "CSRF token missing or wrong (header X-CSRFToken).")
    return actor


def _token(key: str, slug: str, actor: Actor) -> str:
    """The sender's key, apart from the same key of anybody else."""
    return f"api:{hashlib.sha256(f'{actor.audit_name}|{slug}|{key}'.encode()).hexdigest()[:60]}"


def _fingerprint(payload: NewApplication) -> str:
    """What is sent, whatever the order of its fields: nobody gets a receipt for what they did not send."""
    content = json.dumps([payload.language, payload.data], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _receipt(receipt: intake.Receipt) -> dict[str, Any]:
    return {
        "application_id": str(receipt.application_id),
        "case_id": str(receipt.case_id),
        "case_reference": receipt.case_reference,
        "title": receipt.title,
        "received_at": timezone.localtime(receipt.received_at).isoformat(),
        "due_on": receipt.due_on.isoformat() if receipt.due_on else None,
    }
