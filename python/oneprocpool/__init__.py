"""Start processes so that processes x threads fits the CPUs that are really there.

The program is the command ``oneprocpool`` that comes with this package. From Python::

    import oneprocpool
    oneprocpool.env(workers=4)   # before numpy and its like are imported

    import numpy
"""

from ._environment import env
from ._errors import OneprocpoolError
from ._executable import find_executable

__all__ = ["OneprocpoolError", "env", "find_executable"]
