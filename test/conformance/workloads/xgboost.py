# preset: xgboost
# group: numeric
# variable: OMP_NUM_THREADS
import numpy
import xgboost

VERSION = f"xgboost {xgboost.__version__}"
x = numpy.random.rand(60_000, 40)
data = xgboost.DMatrix(x, x.sum(1))


def step():
    xgboost.train({"tree_method": "hist", "verbosity": 0}, data, 5)
