"""Who may come through which door, as `docs/access.md` says it."""

import re
from dataclasses import dataclass
from pathlib import Path

from chalicelib.domain.permissions import Permission, Role

PAGE = (Path(__file__).parents[1] / "docs" / "access.md").read_text()

_DOOR = re.compile(r"^\| `(?P<method>[A-Z]+) (?P<path>/\S*)` \| (?P<who>.+) \|$", re.MULTILINE)
_WHO = re.compile(r"(?P<kind>anybody|link|staff)(?: with)?(?: `(?P<what>[a-z_.]+)`)?")


@dataclass(frozen=True, slots=True)
class Door:
    """One row. `what` is a link's purpose or a permission; empty for all staff, or anybody."""

    method: str
    path: str
    kind: str
    what: str

    def at(self, **ids: str) -> str:
        """Its address with these ids in it, and something unknown for all others."""
        return re.sub(r"\{(\w+)\}", lambda name: ids.get(name[1], "nothing"), self.path)

    @property
    def is_page(self) -> bool:
        return self.path.startswith(("/desk", "/bench"))


def doors(kind: str) -> list[Door]:
    """All doors of one kind, each `GET` as `HEAD` too."""
    return [one for one in every_door() if one.kind == kind]


def every_door() -> list[Door]:
    found = [
        Door(row["method"], row["path"], who["kind"], who["what"] or "")
        for row in _DOOR.finditer(PAGE)
        if (who := _WHO.fullmatch(row["who"]))
    ]
    return found + [
        Door("HEAD", one.path, one.kind, one.what) for one in found if one.method == "GET"
    ]


def permissions() -> dict[Role, set[Permission]]:
    """What each role may do."""
    roles, _, *rows = (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.partition("## Roles")[2].splitlines()
        if line.startswith("|")
    )
    of_column = [Role(name.replace(" ", "_")) for name in roles[1:]]
    allowed: dict[Role, set[Permission]] = {role: set() for role in of_column}
    for name, *cells in rows:
        for role, cell in zip(of_column, cells, strict=True):
            if cell == "yes":
                allowed[role].add(Permission(name.strip("`")))
    return allowed
