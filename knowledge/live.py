"""Live knowledge: packs that are read again after an edit, while the bot runs, from directories and from a source."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from knowledge.library import Knowledge
from knowledge.meaning import Encode
from knowledge.pack_files import PackFiles, PackSource, list_files
from knowledge.packs import OURS
from knowledge.problems import KnowledgeError

_LOG = logging.getLogger(__name__)
_EVERY = 2.0  # seconds between two looks at the files

_State = tuple[tuple[str, int, int], ...]  # path, time of change, size


class LiveKnowledge:
    """The knowledge as the files have it now.

    After an edit the files are read in a thread, and the state before it serves until they are. A bad edit is refused:
    its errors are logged once, and the last good state goes on serving.

    Parameters
    ----------
    packs
        The operators' directories.
    base
        Our own pack.
    clock
        Seconds that only go forward.
    source
        Keeps another pack, which comes last; None where there is none.
    encode
        As for `Knowledge`; an edited pack is encoded before it serves.
    learn
        Learns what a state of the packs says before it serves; raises `KnowledgeError` for one that may not serve.

    Raises
    ------
    KnowledgeError
        When the directories are wrong at the start, when there is no good state yet. A pack of the source that is
        wrong is left out then, and told in the log: it is mended where the running bot shows it.
    """

    def __init__(
        self,
        packs: Sequence[Path] = (),
        base: Path = OURS,
        clock: Callable[[], float] = time.monotonic,
        source: PackSource | None = None,
        encode: Encode | None = None,
        learn: Callable[[Knowledge], None] | None = None,
    ) -> None:
        self._directories = tuple(packs)
        self._base = base
        self._clock = clock
        self._source = source
        self._encode = encode
        self._learn = learn or (lambda _: None)
        self._state = self._read_state()
        self._looked = clock()
        self._knowledge = self._load_first()
        self._learn_first(self._knowledge)
        self._reading: threading.Thread | None = None

    def __call__(self) -> Knowledge:
        """Return the knowledge; start to read it again when a file has changed."""
        now = self._clock()
        if now - self._looked >= _EVERY and not (self._reading and self._reading.is_alive()):
            self._looked = now
            state = self._read_state()
            if state != self._state:
                # Noted before reading: a bad edit is then told once, and tried again only when it is edited.
                self._state = state
                self._reading = threading.Thread(target=self._reload, name="reading knowledge", daemon=True)
                self._reading.start()
        return self._knowledge

    def read_again(self) -> None:
        """Read the packs as they are now, and return when they are read; for a thread of its own."""
        self.wait_until_read()
        self._state = self._read_state()
        self._reload()

    def wait_until_read(self) -> None:
        """Wait until an edit that was noticed has been read."""
        if self._reading:
            self._reading.join()

    def list_packs(self) -> tuple[PackFiles, ...]:
        """Return the operators' packs as they are now: the directories, then the pack of the source."""
        pack = self._source.get_pack() if self._source else None
        return (*self._directories, pack) if pack else self._directories

    def list_directories(self) -> tuple[Path, ...]:
        """Return the operators' directories, without the pack of the source."""
        return self._directories

    def _load_first(self) -> Knowledge:
        packs = self.list_packs()
        try:
            return Knowledge.load(packs, self._base, self._encode)
        except KnowledgeError as error:
            if packs == self._directories:
                raise
            found = Knowledge.load(self._directories, self._base, self._encode)
            _LOG.error("What was written on the editors' page is left out until it is mended.\n%s", error)
            return found

    def _learn_first(self, knowledge: Knowledge) -> None:
        try:
            self._learn(knowledge)
        except KnowledgeError as error:
            _LOG.error("The phrases of own themes are not learned until they are mended.\n%s", error)

    def _reload(self) -> None:
        try:
            read = Knowledge.load(self.list_packs(), self._base, self._encode)
            read.prepare()
            self._learn(read)
            self._knowledge = read
        except KnowledgeError as error:
            _LOG.error("An edit of the knowledge was refused; the last good state goes on serving.\n%s", error)
        else:
            _LOG.info("The knowledge was read again: %d themes.", len(self._knowledge.themes))

    def _read_state(self) -> _State:
        pack = self._source.get_pack() if self._source else None
        written = [(pack.name, pack.version, 0)] if pack else []
        listed = [state for directory in (self._base, *self._directories) for state in _list_states(directory)]
        return (*listed, *written)


def _list_states(directory: Path) -> list[tuple[str, int, int]]:
    states = []
    for path in list_files(directory):
        try:
            found = path.stat()
        except OSError:
            continue  # deleted since it was listed: it is missing from the state, which is a change as well
        states.append((str(path), found.st_mtime_ns, found.st_size))
    return states
