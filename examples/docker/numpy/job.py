"""Matrix products, for JOB_SECONDS (10): as many threads as NumPy's OpenBLAS starts."""
import os
import time

import numpy

a = numpy.random.default_rng(1).random((400, 400))
end = time.monotonic() + float(os.environ.get('JOB_SECONDS', '10'))
products = 0
while time.monotonic() < end:
    a = a @ a
    a /= a.max()
    products += 1
print(f"worker {os.environ.get('ONEPROCPOOL_WORKER_INDEX', '-')}: {products} products")
