"""Exports, one at a time on a thread of their own: asked for, made, fetched, gone.

What is made lies unsealed on the disk until it is fetched, or for an hour; nothing outlives the
start of the process.
"""

from __future__ import annotations

import logging
import queue
import shutil
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from ops_console.evidence.archive import Archive, opening_in
from ops_console.evidence.ffmpeg import Ffmpeg, Stopped
from ops_console.evidence.making import Order, make
from visits.clock import Clock
from visits.exports import ExportStatement
from visits.grants import RecordingGrant
from visits.model import Id, VisitId, Words
from visits.recordings import RecordingBroken
from visits.signing import Signed
from visits.tickets import TicketRefused

FOLDER = ".exports"
KEPT_S = 3600.0
LOOKS_EVERY_S = 20.0
MOST_WAITING = 20
STOPS_WITHIN_S = 5.0

_logger = logging.getLogger(__name__)


class JobState(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"
    """It was fetched, or nobody fetched it in time, or it was never begun."""


_UNDER_WAY = (JobState.WAITING, JobState.WORKING)


class Progress(Words):
    """Of one export."""

    state: JobState
    percent: int = 0
    words: str = ""
    bytes: int = 0
    """Of the file, once it is ready."""
    sha256: str = ""
    whole: bool = False
    """All that terminals stated is in it, undamaged and not cut off."""


@dataclass
class _Job:
    """Of one order."""

    order: Order
    asked_at: float
    progress: Progress
    ffmpeg: Ffmpeg = field(default_factory=Ffmpeg)

    def tell(self, percent: float, words: str) -> None:
        """Raises `Stopped`."""
        self.ffmpeg.check()
        self.progress = Progress(state=JobState.WORKING, percent=int(percent), words=words)


class Exporter:
    """May be asked from any thread."""

    def __init__(self, archive: Archive, clock: Clock) -> None:
        self._archive, self._monotonic = archive, clock.monotonic
        self._folder = archive.folder / FOLDER
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=0o700)
        self._jobs: dict[Id, _Job] = {}
        self._lock = threading.Lock()
        self._waiting: queue.Queue[_Job | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="exports", daemon=True)
        self._thread.start()

    def begin(self, said: ExportStatement, signed: Signed) -> Progress:
        """A repeat begins nothing. Raises `TicketRefused` where a recording is another visit's or
        was made under no leave, or too many exports wait."""
        for one in said.recordings:
            self._must_be(said, one.recording_id)
        with self._lock:
            known = self._jobs.get(said.export_id)
            if known is not None:
                return known.progress
            if self._waiting.qsize() >= MOST_WAITING:
                raise TicketRefused("Too many exports wait already. Try again in some minutes.")
            waits = Progress(state=JobState.WAITING, words="Waits for another export")
            order = Order(said, signed, self._folder / said.export_id)
            job = _Job(order, self._monotonic(), waits)
            self._jobs[said.export_id] = job
        self._waiting.put(job)
        return job.progress

    def progress(self, export_id: Id) -> Progress:
        with self._lock:
            job = self._jobs.get(export_id)
        return job.progress if job else Progress(state=JobState.GONE)

    def file(self, export_id: Id) -> tuple[Path, ExportStatement]:
        """Raises `TicketRefused` when there is nothing to fetch."""
        with self._lock:
            job = self._jobs.get(export_id)
        if job is None or job.progress.state is not JobState.READY:
            raise TicketRefused("There is no such export, or not any more. Export it anew.")
        return job.order.file, job.order.said

    def fetched(self, export_id: Id) -> None:
        """Nothing of it is left on the disk."""
        with self._lock:
            job = self._jobs.get(export_id)
        if job is not None:
            self._put_away(job, "It was fetched")

    def forget(self, visit_id: VisitId) -> None:
        """The visit's recordings are purged: what was made of them goes too."""
        with self._lock:
            jobs = [job for job in self._jobs.values() if job.order.said.visit_id == visit_id]
        for job in jobs:
            job.ffmpeg.stop()
            self._put_away(job, "The recording is purged")

    def close(self) -> None:
        """What is being made is given up."""
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            job.ffmpeg.stop()
        self._waiting.put(None)
        self._thread.join(STOPS_WITHIN_S)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _must_be(self, said: ExportStatement, recording_id: Id) -> None:
        file = self._archive.file_of(recording_id)
        if file is None:
            return
        try:
            opening = opening_in(file)
        except RecordingBroken:
            return  # Without it nothing of the recording opens; the export says so.
        if opening.visit_id != said.visit_id:
            raise TicketRefused(f"Recording {recording_id} is another visit's.")
        try:
            RecordingGrant.model_validate_json(opening.grant.payload)
        except ValueError as cause:
            raise TicketRefused(f"Recording {recording_id} was made without leave.") from cause

    def _put_away(self, job: _Job, words: str) -> None:
        job.progress = Progress(state=JobState.GONE, words=words)
        shutil.rmtree(job.order.folder, ignore_errors=True)

    def _run(self) -> None:
        while True:
            try:
                job = self._waiting.get(timeout=LOOKS_EVERY_S)
            except queue.Empty:
                self._sweep()
                continue
            if job is None:
                return
            self._try(job)
            self._sweep()

    def _sweep(self) -> None:
        now = self._monotonic()
        with self._lock:
            old = [
                job
                for job in self._jobs.values()
                if job.progress.state not in _UNDER_WAY and now - job.asked_at > KEPT_S
            ]
            for job in old:
                del self._jobs[job.order.said.export_id]
        for job in old:
            self._put_away(job, "Nobody fetched it in time")

    def _try(self, job: _Job) -> None:
        """What goes wrong is the job's alone."""
        try:
            job.tell(0, "Begins")
            made = make(self._archive, job.order, job.ffmpeg, job.tell)
            job.ffmpeg.check()
            job.asked_at = self._monotonic()
            job.progress = Progress(state=JobState.READY, percent=100, **made._asdict())
        except Stopped:
            self._put_away(job, "The recording is purged")
        except Exception as trouble:
            if job.ffmpeg.stopped:
                self._put_away(job, "The recording is purged")
                return
            _logger.exception("export %s failed", job.order.said.export_id)
            shutil.rmtree(job.order.folder, ignore_errors=True)
            full = isinstance(trouble, OSError)
            words = "The disk takes no more" if full else "The evidence process met a fault"
            job.progress = Progress(state=JobState.FAILED, words=f"{words}: see its log")
