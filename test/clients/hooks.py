"""The requests that Schemathesis does not send, and why."""

import re
from urllib.parse import quote

import schemathesis

LONGEST_VALUE = 1_000
ENTITY_TAGS = re.compile(r'\*|(W/)?"[!#-~]*"(, *(W/)?"[!#-~]*")*')
ORDERS_OF_A_RANGE = (None, "date", "-date")


@schemathesis.hook
def filter_case(context, case) -> bool:
    headers, query = case.headers or {}, case.query or {}
    if has_long_value(headers) or has_long_value(query):
        return False
    if case.meta and case.meta.generation.mode == schemathesis.GenerationMode.NEGATIVE:
        return True
    # The rest is about requests that follow the document. The API refuses these by rules that JSON Schema cannot state.
    return not (
        has_malformed_precondition(headers)
        or has_made_up_cursor(query)
        or has_impossible_range(query)
        or has_tiny_order(case.body)
    )


def has_long_value(values) -> bool:
    """A server limits the address and all headers together. Its response comes from no part of this API (431)."""
    return any(len(quote(str(value))) > LONGEST_VALUE for value in values.values())


def has_malformed_precondition(headers) -> bool:
    """For the shortest and the longest text, Schemathesis does not look at the pattern of the parameter."""
    values = (headers.get(name) for name in ("If-Match", "If-None-Match"))
    return any(value is not None and not ENTITY_TAGS.fullmatch(value) for value in values)


def has_made_up_cursor(query) -> bool:
    """A cursor comes from a `Link` header. Its content is the API's own."""
    return "cursor" in query


def has_impossible_range(query) -> bool:
    """A list of a range of dates can only be ordered by date, and the range must not end before it starts."""
    first, last = query.get("date_from"), query.get("date_to")
    is_range = first is not None or last is not None
    is_backward = first is not None and last is not None and str(first) > str(last)
    return is_backward or (is_range and query.get("ordering") not in ORDERS_OF_A_RANGE)


def has_tiny_order(body) -> bool:
    """DynamoDB does not keep numbers that are closer to 0 than 1e-130, and the API none closer than 1e-100."""
    order = body.get("order") if isinstance(body, dict) else None
    return isinstance(order, float) and 0 < abs(order) < 1e-100
