"""Results of jobs: dataclasses, of whose fields the window, the commands and other jobs read what they need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, fields, is_dataclass
from typing import Any, Self

from engine.records import build


class Result(Mapping[str, Any]):
    """Base of the frozen dataclasses that jobs return (with `eq=False`, so that they compare as mappings do).

    As a mapping a result is the record that `--json` prints last and that a child process sends: this is the one place
    that makes it. A field that is called otherwise there, such as "from", gives its key as `metadata={"key": ...}`.
    """

    __slots__ = ()

    def __getitem__(self, key: str) -> Any:
        for f in fields(self):  # type: ignore[arg-type]  # its subclasses are dataclasses
            if _key(f) == key and not _is_omitted(self, f):
                return _plain(getattr(self, f.name))
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return (_key(f) for f in fields(self) if not _is_omitted(self, f))  # type: ignore[arg-type]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Return the result that a job of our own has sent as `record`.

        Raises:
            RecordError: it is another one.
        """
        return build(cls, dict(record), ours=True)


def omitted() -> Any:
    """Return a field that is None, and then not in the record."""
    return field(default=None, metadata={"omitted": True})


def _key(f: Any) -> str:
    return str(f.metadata.get("key", f.name))


def _is_omitted(result: object, f: Any) -> bool:
    return bool(f.metadata.get("omitted")) and getattr(result, f.name) is None


def _plain(value: Any) -> Any:
    """Return a value of a field as JSON has it."""
    if isinstance(value, Result):
        return dict(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {_key(f): _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, list):
        return [_plain(item) for item in value] if value and not isinstance(value[0], str | int | float) else value
    return value
