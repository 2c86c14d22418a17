"""What every process of ours sets before it imports any library: nothing is reported, nothing is left elsewhere.

`engine/__init__.py` calls `prepare`, so that no module of ours can be imported before. Processes that we start inherit
these variables; an exported `predict.py` sets those of `SILENT` itself.
"""

from __future__ import annotations

import os
import sys
from typing import Any, cast

from engine.places import cache_folder

# These stop the reports that libraries send to their makers. They stand whatever the user's own environment says:
# nothing leaves the machine.
SILENT = {
    "DO_NOT_TRACK": "1",  # asked by several libraries
    "HF_HUB_DISABLE_TELEMETRY": "1",  # Hugging Face's, which Keras loads where it is installed
    "ORT_DISABLE_TELEMETRY": "1",  # ONNX Runtime's: it looks up its host, and keeps an id of the machine in the home
    "RAY_USAGE_STATS_ENABLED": "0",
}
# A module of OpenVINO that only reports: OpenVINO does without where it cannot be imported.
REPORTING_MODULE = "openvino_telemetry"
# Windows looks for programs in the current folder first, where a stranger's `nvidia-smi.exe` may lie; with this, never.
_NO_PROGRAMS_OF_THE_CURRENT_FOLDER = {"NoDefaultCurrentDirectoryInExePath": "1"}
# Where libraries keep what they would keep in the user's home; a folder that the user chose stays.
_FOLDERS = {"CUDA_CACHE_PATH": "cuda", "KERAS_HOME": "keras", "MPLCONFIGDIR": "matplotlib"}
# Keras imports it without need, and that reads a `matplotlibrc` of the current folder, which may be a stranger's, and
# makes a list of the fonts: `engine/review/report/curves.py` lets it be imported where it is used.
PUT_OFF = "matplotlib"


def prepare() -> None:
    """Set the variables in this process, and with it in all that it starts."""
    os.environ.update(SILENT | _NO_PROGRAMS_OF_THE_CURRENT_FOLDER)
    for name, folder in _FOLDERS.items():
        os.environ.setdefault(name, str(cache_folder() / folder))
    sys.modules.setdefault(REPORTING_MODULE, cast(Any, None))


def prepare_process() -> None:
    """What a process of ours does besides; not one of another program that imports `engine`."""
    os.environ["PYTHONSAFEPATH"] = "1"  # what libraries start imports nothing from the current folder either
    sys.modules.setdefault(PUT_OFF, cast(Any, None))
