"""Array types that several files share, by the type of their numbers; docstrings give the shapes."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]  # what the model computes with
Doubles = npt.NDArray[np.float64]  # what is fitted or averaged over many utterances
Integers = npt.NDArray[np.int64]  # positions
