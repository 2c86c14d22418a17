"""What is asked about the project and the options while a person sets a training up, each answer to its own view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.train.augmentation_view import AugmentationPreview, AugmentationView
from gui.train.near_duplicates import NearDuplicates
from gui.train.network_view import NetworkSummary, NetworkView
from gui.train.recipe_fitting import RecipeFitting
from gui.train.setup_panel import SetupPanel

if TYPE_CHECKING:
    from gui.jobs import JobRunner
    from gui.session import Session


class SetupQuestions(QObject):
    """The recipe that fits, a preview of augmentation, the network, and near-duplicates on both sides of the split."""

    def __init__(
        self, session: Session, jobs: JobRunner, setup: SetupPanel, pictures: AugmentationView, network: NetworkView
    ) -> None:
        super().__init__(setup)
        self._pictures, self._network = pictures, network
        self.fitting = RecipeFitting(session, jobs, setup)
        self.preview = AugmentationPreview(session, jobs, setup, pictures)
        self.summary = NetworkSummary(session, jobs, setup, network)
        self.near_duplicates = NearDuplicates(session, jobs, setup)

    def begin(self) -> None:
        """Forget all answers: another project is open."""
        for question in (self.fitting, self.preview, self.summary, self.near_duplicates):
            question.begin()

    def counts_changed(self) -> None:
        """Ask anew what depends on images and labels."""
        self.fitting.counts_changed()
        self.preview.counts_changed()

    def training_changed(self, *, running: bool) -> None:
        """Leave the processor to a training that begins; ask again what was put off once it has ended."""
        if running:
            self.near_duplicates.stop()
        self.fitting.training_changed(running=running)
        self.summary.training_changed(running=running)

    def show(self, tab: QWidget) -> None:
        """Ask only what the tab that is shown answers."""
        self.preview.show(tab is self._pictures)
        self.summary.show(tab is self._network)
