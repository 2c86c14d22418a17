"""What must not be overlooked on the Train page: what failed, or what a training warned of, while its run is shown."""

from __future__ import annotations

from gui.widgets.caution import Caution

MOST = 2  # warnings that are shown at once; all of them stand in the log


class RunNotice(Caution):
    """A sentence of `say` stands until it is taken back; warnings only beside the run that they are about."""

    def __init__(self) -> None:
        super().__init__()
        self._said = ""
        self._run = ""  # that is looked at; a training has no name before its folder is made
        self._warnings: dict[str, list[str]] = {}

    def forget(self) -> None:
        """Another project."""
        self._warnings.clear()
        self._run = ""
        self.say("")

    def begin(self) -> None:
        """A training begins: what was said before is of no interest any more."""
        self._warnings.pop("", None)
        self.say("")

    def say(self, sentence: str) -> None:
        self._said = sentence
        self._show()

    def warn(self, run: str, sentence: str) -> None:
        known = self._warnings.setdefault(run, [])
        if sentence not in known:
            known.append(sentence)
        self._show()

    def named(self, run: str) -> None:
        """The training has a name now, and so has what it warned of before."""
        early = self._warnings.pop("", [])
        known = self._warnings.setdefault(run, [])
        known += [sentence for sentence in early if sentence not in known]
        if not self._run:
            self._run = run
        self._show()

    def look_at(self, run: str) -> None:
        self._run = run
        self._show()

    def _show(self) -> None:
        known = self._warnings.get(self._run, [])
        lines = [self._said] if self._said else known[-MOST:]
        if not self._said and len(known) > MOST:
            lines = [*lines, self.tr("{0} more in the log.").format(len(known) - MOST)]
        super().say("\n".join(lines))
