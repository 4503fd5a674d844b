"""What the routes and the page of one server share: settings, workers, batches, figures, a private folder."""

from __future__ import annotations

import gc
import shutil
import tempfile
from pathlib import Path

from starlette.requests import Request

from tieuchi.web.batches import Batches
from tieuchi.web.books import Shelf
from tieuchi.web.guard import Sessions
from tieuchi.web.observe import LOG, Figures
from tieuchi.web.settings import Settings
from tieuchi.web.workers import Pool

GARBAGE = (50_000, 20, 100)
"""Open pages are many small things that live long: garbage is looked for less often than Python does by itself."""


class Service:
    """One server's parts. Its private folder is made here and removed by ``stop``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.figures = Figures()
        self.sessions = Sessions()
        self.shelf = Shelf(Path(settings.rules) if settings.rules else None)
        self.temp = Path(tempfile.mkdtemp(prefix="tieuchi-web-"))
        self.pool = Pool(settings, self.temp)
        self.batches = Batches(settings, self.temp)
        self._usual_temp = tempfile.tempdir
        self._usual_garbage = gc.get_threshold()

    async def start(self) -> None:
        """Start the workers."""
        # Whatever parses uploads in this process spools into the private folder too.
        self._usual_temp, tempfile.tempdir = tempfile.tempdir, str(self.temp)
        self.figures.workers.set_function(lambda: len(self.pool.pids))
        self.figures.waiting.set_function(lambda: self.pool.waiting)
        await self.pool.start()
        # What is loaded now stays; looking through it again and again for garbage would only make pages wait.
        gc.freeze()
        self._usual_garbage = gc.get_threshold()
        gc.set_threshold(*GARBAGE)
        LOG.info("started", extra={"facts": {"workers": self.pool.size}})

    async def stop(self) -> None:
        """Finish what is running, end the workers and remove the private folder."""
        await self.pool.stop(self.settings.grace)
        await self.batches.stop(self.settings.grace)
        tempfile.tempdir = self._usual_temp
        # Whoever goes on after a server, as tests do, has objects in there that should end before Python does.
        gc.set_threshold(*self._usual_garbage)
        gc.unfreeze()
        shutil.rmtree(self.temp, ignore_errors=True)
        LOG.info("stopped", extra={"facts": {}})

    def log_fault(self, request: Request, fault: str) -> None:
        """Note a fault of the program, under the id that the asker is told."""
        request_id = request.scope.get("state", {}).get("request_id")
        LOG.error("fault", extra={"facts": {"id": request_id, "fault": fault}})
