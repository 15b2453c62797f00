import json
import os
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

TOKEN = os.environ["TOKEN"]
API_URL = os.environ["API_URL"]


def report(step: str, status: int, **seen: object) -> None:
    """Prints what the client got, as round.ts states it."""
    print(json.dumps({"step": step, "status": int(status), **seen}))


def next_cursor(headers: Mapping[str, str]) -> str | None:
    """The cursor of the next page, from the `Link` header."""
    link = re.search(r'<([^>]+)>; rel="next"', headers.get("Link", ""))
    return parse_qs(urlsplit(link[1]).query)["cursor"][0] if link else None


def kind_of(problem_type: str) -> str:
    """The kind of a problem: what follows `#` in its type."""
    return problem_type.split("#")[1]
