"""The shape of ``blueprint.yaml``, schema 1."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
FeelText = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class Part(BaseModel):
    """Strict: an unknown key is an error, since it is nearly always a misspelt one."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Part):
    """A text in German, always, and English."""

    de: Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
    en: Annotated[str, StringConstraints(min_length=1, max_length=10_000)]


class GermanText(Part):
    """The name of a German law needs no translation."""

    de: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class LegalBasis(Part):
    title: Text | GermanText
    url: str = ""


class Role(Part):
    """Who handles a task: a unit of the town and the role that a post there must have."""

    title: Text
    unit: Key
    post_role: Key = "case_worker"


class Fee(Part):
    """What it costs, in words, and the decision table that says the amount.

    ``inputs`` give the table's inputs by FEEL over ``antrag``; one that is not named is ``antrag`` or ``heute`` or
    a field of that name.
    """

    text: Text
    decision: Key | None = None
    inputs: dict[str, FeelText] = Field(default_factory=dict)


class Applicant(Part):
    """FEEL expressions over ``antrag`` that say who applies; used for the case and the letter's address."""

    name: FeelText | None = None
    given_name: FeelText | None = None
    family_name: FeelText | None = None
    email: FeelText | None = None
    phone: FeelText | None = None
    birth_date: FeelText | None = None
    address: FeelText | None = None


class Tags(Part):
    de: list[str] = Field(default_factory=list)
    en: list[str] = Field(default_factory=list)


class Descriptor(Part):
    """What a blueprint says about its service."""

    schema_version: Literal[1] = Field(alias="schema")
    slug: Slug
    version: Version
    kind: Literal["application", "order", "booking", "query", "report", "list"]
    title: Text
    summary: Text
    description: Text
    needs: list[Text] = Field(default_factory=list)
    process_text: Text | None = None
    legal_basis: list[LegalBasis] = Field(default_factory=list)
    leika: list[str] = Field(default_factory=list)
    ozg: str = ""
    life_situations: list[Key] = Field(default_factory=list)
    tags: Tags = Field(default_factory=Tags)
    audience: list[Literal["citizens", "businesses", "clubs"]] = Field(default_factory=list)
    unit: Key
    contact: Literal["unit"] = "unit"
    roles: dict[str, Role]
    file_plan: str
    retention_years: int = Field(ge=0, le=120)
    channels: list[Literal["online", "counter", "paper", "phone"]] = Field(min_length=1)
    assurance: Literal["none", "low", "substantial", "high"]
    fee: Fee
    target_working_days: int = Field(ge=0, le=400)
    active: bool = True
    # Besonders geschützt: cases open for heads and named persons only, and each reading is logged.
    protected: bool = False
    inactive_reason: Text | None = None
    case_title: FeelText
    applicant: Applicant
