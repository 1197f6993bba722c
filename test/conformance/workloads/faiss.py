# preset: faiss
# group: numeric
# variable: OMP_NUM_THREADS
import faiss
import numpy

VERSION = f"faiss-cpu {faiss.__version__}"
x = numpy.random.rand(20_000, 64).astype("f4")
index = faiss.IndexHNSWFlat(64, 16)
index.add(x[:2000])


def step():
    index.search(x, 5)
