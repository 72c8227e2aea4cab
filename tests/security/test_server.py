"""What the web server itself believes of a request, and how much it takes."""

from __future__ import annotations

from typing import Any

import pytest

from rathaus.site.server import TownServer


@pytest.mark.parametrize(("behind_proxy", "believed"), [(False, []), (True, ["*"])])
def test_whose_heads_are_believed(settings: Any, behind_proxy: bool, believed: list[str]) -> None:
    """Without a proxy nobody says which scheme it was; with one, still nobody moves the application to another path."""
    settings.BEHIND_PROXY = behind_proxy
    values = TownServer("127.0.0.1", 0, lambda: None).cfg
    assert values.forwarded_allow_ips == believed
    assert values.forwarder_headers == []
    assert values.header_map == "drop"


def test_lines_and_heads_have_a_measure() -> None:
    values = TownServer("127.0.0.1", 0, lambda: None).cfg
    assert values.limit_request_line <= 8190
    assert values.limit_request_fields <= 100
    assert values.limit_request_field_size <= 8190
    assert not values.permit_obsolete_folding
    assert not values.permit_unconventional_http_method
