# preset: lightgbm
# group: numeric
# variable: OMP_NUM_THREADS
import lightgbm
import numpy

VERSION = f"lightgbm {lightgbm.__version__}"
x = numpy.random.rand(60_000, 40)
data = lightgbm.Dataset(x, x.sum(1), params={"verbose": -1}).construct()


def step():
    lightgbm.train({"verbose": -1, "num_leaves": 127}, data, 5)
