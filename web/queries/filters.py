"""What filters have in common."""

from dataclasses import fields
from typing import Any


class Addressed:
    """Filters as they stand in an address: a dataclass whose fields are texts, empty where nothing is asked for."""

    __slots__ = ()

    def as_query(self: Any) -> dict[str, str]:
        """Those that are set."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}
