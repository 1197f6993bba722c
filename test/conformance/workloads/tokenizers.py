# preset: tokenizers
# group: numeric
# variable: RAYON_NUM_THREADS
# with: rayon
import random

import tokenizers

VERSION = f"tokenizers {tokenizers.__version__}"
random.seed(1)
words = ["".join(random.choices("abcdefghij", k=8)) for _ in range(2000)]
vocabulary = {letter: i for i, letter in enumerate("abcdefghij")}
vocabulary |= {"##" + letter: 10 + i for i, letter in enumerate("abcdefghij")} | {"[UNK]": 20}
model = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocabulary, unk_token="[UNK]"))
model.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
texts = [" ".join(random.choices(words, k=200)) for _ in range(4000)]


def step():
    model.encode_batch_fast(texts)
