#!/usr/bin/env python3
"""The server of llama.cpp, as the wheel xllamacpp has it, with one model. Prints `port N`, then serves until it is killed.

usage: llama_server.py MODEL.gguf [--embeddings]
"""
import os
import socket
import sys
import time

import xllamacpp

KEY = "a key of the tests"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main(model, *options):
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = {"smollm2"}
    params.hostnames = ["127.0.0.1"]
    params.port = free_port()
    params.api_keys = [KEY]
    params.n_ctx = 2048
    params.n_parallel = 2
    params.cpuparams.n_threads = 2
    params.cpuparams_batch.n_threads = 2
    params.n_gpu_layers = 0
    params.use_jinja = True
    params.ui = False
    if "--embeddings" in options:
        params.embedding = True
        params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    # It writes a log, which nobody reads: a full pipe would stop it.
    told = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    server = xllamacpp.Server(params)
    os.write(told, f"port {server.listening_address.rsplit(':', 1)[1]}\n".encode())
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main(*sys.argv[1:])
