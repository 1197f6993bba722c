# preset: pyarrow-io
# library: Apache Arrow I/O pool (bzip2 files)
# group: numeric
# with: pyarrow-io
# variable: ARROW_IO_THREADS
"""A dataset of compressed files: the I/O pool reads and decompresses, the CPU pool finds the ends of long lines."""
import atexit
import bz2
import os
import tempfile

import numpy
import pyarrow
import pyarrow.dataset

FILES, LINES, LINE = 12, 40, 20_000
VERSION = f"pyarrow {pyarrow.__version__}"
folder = tempfile.TemporaryDirectory()
atexit.register(folder.cleanup)
text = numpy.random.default_rng(1).integers(97, 123, (LINES, LINE), dtype=numpy.uint8)
text[:, -1] = 10
content = bz2.compress(b"text\n" + text.tobytes(), 1)
for index in range(FILES):
    with open(os.path.join(folder.name, f"{index}.csv.bz2"), "wb") as file:
        file.write(content)
dataset = pyarrow.dataset.dataset(folder.name, format="csv")


def step():
    assert dataset.to_table(fragment_readahead=FILES).num_rows == FILES * LINES
