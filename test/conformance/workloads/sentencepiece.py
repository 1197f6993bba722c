# preset: sentencepiece
# group: numeric
# expect: no-control
import io
import random

import sentencepiece

VERSION = f"sentencepiece {sentencepiece.__version__}"
random.seed(1)
words = ["".join(random.choices("abcdefghijklmnop", k=6)) for _ in range(3000)]
texts = [" ".join(random.choices(words, k=150)) for _ in range(2000)]
model = io.BytesIO()
sentencepiece.SentencePieceTrainer.train(
    sentence_iterator=iter(texts[:300]), model_writer=model, vocab_size=500, num_threads=1, minloglevel=2)
processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
texts *= 30  # its threads live for one call: make it long
threads = -1


def cure(count):
    global threads
    threads = count


def step():
    processor.encode(texts, num_threads=threads)
