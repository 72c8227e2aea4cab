"""Search in the catalogue that forgives typing errors, umlauts and everyday words.

A town offers some hundred services, so the index is a few kilobytes: it is built from the versions' own words and
kept in memory until the catalogue changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import snowballstemmer
from django.db.models import Max
from rapidfuzz.distance import OSA

from rathaus.blueprints.models import Service, ServiceVersion
from rathaus.blueprints.queries.catalogue import installed_services
from rathaus.kernel.public import text

_WEIGHTS = {"title": 10.0, "tags": 8.0, "summary": 3.0, "description": 1.0}
_SIMILAR = 0.74
_MAX_QUERY_WORDS = 8
# A stemmer keeps the word it is working on: one at a time, whatever the number of threads.
_STEMMING = Lock()
_STEMMERS = {"de": snowballstemmer.stemmer("german"), "en": snowballstemmer.stemmer("english")}


@dataclass(frozen=True)
class _Entry:
    slug: str
    words: tuple[tuple[str, float], ...]


def search_services(query: str, language: str) -> list[Service]:
    """Return the services that fit best, best first. An empty query finds nothing."""
    wanted = _stems(query, language)[:_MAX_QUERY_WORDS]
    if not wanted:
        return []
    index = _index(language, _catalogue_state())
    scores = {entry.slug: _score(wanted, entry) for entry in index}
    found = sorted((slug for slug in scores if scores[slug] > 0), key=lambda slug: (-scores[slug], slug))
    services = {service.slug: service for service in installed_services().filter(slug__in=found)}
    return [services[slug] for slug in found if slug in services]


def _catalogue_state() -> str:
    state = ServiceVersion.objects.aggregate(latest=Max("installed_at"))["latest"]
    return str(state)


@lru_cache(maxsize=8)
def _index(language: str, state: str) -> tuple[_Entry, ...]:
    return tuple(_entry(service, language) for service in installed_services())


def _entry(service: Service, language: str) -> _Entry:
    assert service.current is not None  # installed_services() has only such
    descriptor = service.current.descriptor
    parts: Iterable[tuple[str, str]] = (
        ("title", getattr(descriptor.title, language)),
        ("tags", " ".join(getattr(descriptor.tags, language))),
        ("tags", " ".join(descriptor.tags.de)),
        ("summary", getattr(descriptor.summary, language)),
        ("description", getattr(descriptor.description, language)),
    )
    weights: dict[str, float] = {}
    for kind, words in parts:
        for stem in _stems(words, language):
            weights[stem] = max(weights.get(stem, 0.0), _WEIGHTS[kind])
    return _Entry(service.slug, tuple(weights.items()))


def _stems(words: str, language: str) -> list[str]:
    tokens = "".join(letter if letter.isalnum() else " " for letter in words.lower()).split()
    return [_stem(token, language) for token in tokens if len(token) > 1]


@lru_cache(maxsize=4096)
def _stem(word: str, language: str) -> str:
    with _STEMMING:
        return text.fold(_STEMMERS.get(language, _STEMMERS["de"]).stemWord(word))


def _score(wanted: list[str], entry: _Entry) -> float:
    """Sum of the best match of each wanted word; all but one word must match somewhere."""
    total, missed = 0.0, 0
    for word in wanted:
        best = max((weight * _likeness(word, known) for known, weight in entry.words), default=0.0)
        missed += best == 0.0
        total += best
    allowed = 0 if len(wanted) < 3 else 1
    return total if missed <= allowed else 0.0


def _likeness(word: str, known: str) -> float:
    """1.0 for the same stem, less for a part of a compound or a slip of the fingers, 0.0 for another word."""
    if word == known:
        return 1.0
    if len(word) >= 4 and (known.startswith(word) or known.endswith(word)):
        return 0.8
    if len(word) >= 4 and word in known:
        return 0.6
    if len(known) >= 4 and known in word:
        return 0.5
    return 0.5 * _closeness(word, known)


def _closeness(word: str, known: str) -> float:
    """How near two words are by slips of the fingers (also letters swapped); 0.0 for two different words."""
    if min(len(word), len(known)) < 4 or abs(len(word) - len(known)) > 2:
        return 0.0
    if len(word) < 6 and word[0] != known[0]:
        return 0.0
    return OSA.normalized_similarity(word, known, score_cutoff=_SIMILAR)
