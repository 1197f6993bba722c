# preset: ctranslate2
# group: numeric
# variable: OMP_NUM_THREADS
import tempfile

import ctranslate2
import numpy
from ctranslate2.specs import common_spec, transformer_spec

VERSION = f"ctranslate2 {ctranslate2.__version__}"
WIDTH, LAYERS, WORDS = 512, 4, 1000

# A small transformer with random weights: nothing is downloaded, and the arithmetic is the real one.
spec = transformer_spec.TransformerDecoderModelSpec.from_config(LAYERS, 8, activation=common_spec.Activation.GELU)


def fill(layer):
    def dense(part, rows, columns):
        part.weight = (numpy.random.rand(rows, columns) / columns).astype("f4")
        part.bias = numpy.zeros(rows, "f4")

    def norm(part):
        part.gamma, part.beta = numpy.ones(WIDTH, "f4"), numpy.zeros(WIDTH, "f4")

    norm(layer.self_attention.layer_norm)
    dense(layer.self_attention.linear[0], 3 * WIDTH, WIDTH)
    dense(layer.self_attention.linear[1], WIDTH, WIDTH)
    norm(layer.ffn.layer_norm)
    dense(layer.ffn.linear_0, 4 * WIDTH, WIDTH)
    dense(layer.ffn.linear_1, WIDTH, 4 * WIDTH)


for block in spec.decoder.layer:
    fill(block)
spec.decoder.layer_norm.gamma, spec.decoder.layer_norm.beta = numpy.ones(WIDTH, "f4"), numpy.zeros(WIDTH, "f4")
spec.decoder.embeddings.weight = numpy.random.rand(WORDS, WIDTH).astype("f4")
spec.decoder.position_encodings.encodings = numpy.random.rand(512, WIDTH).astype("f4")
spec.decoder.projection.weight = numpy.random.rand(WORDS, WIDTH).astype("f4")
spec.decoder.scale_embeddings = False
spec.register_vocabulary(["<unk>", "<s>", "</s>"] + [str(i) for i in range(WORDS - 3)])
folder = tempfile.mkdtemp()
spec.validate()
spec.save(folder)
generator = ctranslate2.Generator(folder, device="cpu")
texts = [[str((7 * i + j) % 900) for j in range(128)] for i in range(8)]


def step():
    generator.score_batch(texts)
