"""Array types that several files share: each names its numbers, and the docstrings give the shapes."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]  # what the model computes with
Doubles = npt.NDArray[np.float64]  # what is fitted or averaged over many utterances
Integers = npt.NDArray[np.int64]  # positions
