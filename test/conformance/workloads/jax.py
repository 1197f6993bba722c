# preset: jax-xla
# group: tensorflow
# with: jax-xla
# variable: PJRT_NPROC
import jax
import jax.numpy

VERSION = f"jax {jax.__version__}"
a = jax.random.normal(jax.random.key(0), (2000, 2000))


@jax.jit
def chain(x):
    return jax.numpy.tanh(x @ a)


def step():
    chain(a).block_until_ready()
