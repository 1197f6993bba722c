# preset: sklearn
# group: numeric
# variable: OMP_NUM_THREADS
import numpy
import sklearn
from sklearn.ensemble import HistGradientBoostingRegressor

VERSION = f"scikit-learn {sklearn.__version__}"
x = numpy.random.rand(60_000, 40)
y = x.sum(1)
model = HistGradientBoostingRegressor(max_iter=8, early_stopping=False)


def step():
    model.fit(x, y)
