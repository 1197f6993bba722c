# preset: onnxruntime
# group: numeric
# variable: ORT_INTRA_OP_NUM_THREADS
import numpy
import onnxruntime

VERSION = f"onnxruntime {onnxruntime.__version__}"


def field(number, payload):
    """One length-delimited protobuf field; the onnx package is not needed for eight nodes."""
    def varint(n):
        out = b""
        while n > 127:
            out += bytes([n & 127 | 128])
            n >>= 7
        return out + bytes([n])
    if isinstance(payload, int):
        return varint(number << 3) + varint(payload)
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def value(name):
    shape = b"".join(field(1, field(1, 768)) for _ in range(2))
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))


nodes = b"".join(field(1, field(1, b"x%d" % i) + field(1, b"x0") + field(2, b"x%d" % (i + 1)) + field(4, b"MatMul")) for i in range(8))
graph = nodes + field(2, b"chain") + field(11, value(b"x0")) + field(12, value(b"x8"))
model = field(1, 8) + field(7, graph) + field(8, field(2, 13))
x = (numpy.random.rand(768, 768) / 768).astype("f4")
options = onnxruntime.SessionOptions()
session = None


def cure(threads):
    options.intra_op_num_threads = threads


def step():
    global session
    session = session or onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    session.run(None, {"x0": x})
