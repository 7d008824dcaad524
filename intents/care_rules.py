"""Rules of care: costs, thresholds, weights and words, as `care.yaml` says them."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from intents.packaged_yaml import parse_yaml


@dataclass(frozen=True, slots=True)
class CareThresholds:
    """Gravity from which a band begins; `care.yaml` says what each is of."""

    danger: float
    perhaps: float
    part_danger: float
    part_perhaps: float
    part_joined: float
    general: float
    concern: float
    quick_danger: float
    suspicion: float


@dataclass(frozen=True, slots=True)
class CareCosts:
    """Cost of each mistake about care, in needless signposts; `care.yaml` says why."""

    missed: float
    milder: float
    needless_card: float
    needless_support: float


def read_care(path: Path | None = None) -> Mapping[str, Any]:
    """Return what `care.yaml` says; the packaged one by default."""
    file = path or resources.files("intents").joinpath("care.yaml")
    content: Mapping[str, Any] = parse_yaml(file.read_text("utf-8"))
    return content
