"""The catalogue of what the town offers."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import Any

from django.db import models

from rathaus.blueprints.bundle.descriptor import Descriptor


class LifeSituation(models.Model):
    """Lebenslage: the door through which citizens look for a service, such as moving house."""

    key = models.SlugField(unique=True)
    title = models.JSONField()
    summary = models.JSONField(default=dict)
    icon = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.key


class Service(models.Model):
    """Leistung (OZG): an entry of the catalogue. What it says stands in its current version."""

    slug = models.SlugField(unique=True)
    unit = models.ForeignKey("identity.OrganizationalUnit", on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    inactive_reason = models.JSONField(default=dict, blank=True)
    current = models.ForeignKey(
        "blueprints.ServiceVersion", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    life_situations = models.ManyToManyField(LifeSituation, related_name="services")

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class ServiceVersion(models.Model):
    """A blueprint as installed. Running cases keep the version they began with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    parts = models.JSONField(help_text="file of the blueprint -> sha256 of what stands in it")
    content = models.JSONField()
    roles = models.JSONField(help_text="role key -> unit code of this town and post role")
    form_version = models.ForeignKey("forms.FormVersion", on_delete=models.PROTECT, related_name="+")
    process_version = models.ForeignKey(
        "processes.ProcessVersion", on_delete=models.PROTECT, related_name="+"
    )
    installed_at = models.DateTimeField()

    class Meta:
        ordering = ["-installed_at"]
        constraints = [models.UniqueConstraint(fields=["service", "digest"], name="service_version_once")]

    def __str__(self) -> str:
        return f"{self.content.get('slug', '')} {self.version}"

    @cached_property
    def descriptor(self) -> Descriptor:
        """The checked description of the service."""
        content: dict[str, Any] = self.content
        return Descriptor.model_validate(content)


class ServiceTaskForm(models.Model):
    """A form that a clerk fills in a task of the process."""

    service_version = models.ForeignKey(ServiceVersion, on_delete=models.CASCADE, related_name="task_forms")
    key = models.CharField(max_length=64)
    form_version = models.ForeignKey("forms.FormVersion", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service_version", "key"], name="task_form_key_once")]

    def __str__(self) -> str:
        return self.key


class ServiceLetter(models.Model):
    """A letter that the process of a service may issue."""

    service_version = models.ForeignKey(ServiceVersion, on_delete=models.CASCADE, related_name="letters")
    key = models.CharField(max_length=64)
    template_version = models.ForeignKey(
        "correspondence.LetterTemplateVersion", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service_version", "key"], name="service_letter_key_once")
        ]

    def __str__(self) -> str:
        return self.key
