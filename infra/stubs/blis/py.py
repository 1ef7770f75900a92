"""Stands in for `blis.py` in the extract package: matrix products by NumPy's own BLAS, so that there is but one BLAS more.

The compiled `blis.cy`, which thinc calls from C, is a whole BLIS already; `blis.py` is a second one of 18 MB. thinc calls
no other function of it than this.
"""

from __future__ import annotations

from typing import Any

import numpy


def gemm(
    A: Any,  # noqa: N803 - the names of blis
    B: Any,  # noqa: N803
    out: Any = None,
    trans1: bool = False,
    trans2: bool = False,
    alpha: float = 1.0,
    beta: float = 1.0,
) -> Any:
    """Return alpha·A·B + beta·out, A or B transposed on demand, in `out` if that is given."""
    product = numpy.matmul(A.T if trans1 else A, B.T if trans2 else B)
    if alpha != 1.0:
        product *= alpha
    if out is None:
        return product
    if beta == 0.0:
        out[...] = product
    else:
        out *= beta
        out += product
    return out
