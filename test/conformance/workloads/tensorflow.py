# preset: tensorflow
# group: tensorflow
# variable: TF_NUM_INTRAOP_THREADS
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow

VERSION = f"tensorflow-cpu {tensorflow.__version__}"
a = tensorflow.random.normal((900, 900))


@tensorflow.function
def chain(x):
    for _ in range(4):
        x = tensorflow.tanh(tensorflow.matmul(x, a))
    return x


def step():
    chain(a).numpy()
