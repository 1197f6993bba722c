# preset: catboost
# group: storage
# expect: no-control
import catboost
import numpy

VERSION = f"catboost {catboost.__version__}"
x = numpy.random.rand(30_000, 30)
pool = catboost.Pool(x, x.sum(1))
threads = -1


def cure(count):
    global threads
    threads = count


def step():
    catboost.CatBoostRegressor(iterations=10, verbose=False, thread_count=threads, allow_writing_files=False).fit(pool)
