"""Ports of this machine."""

import socket


def free_port(kind=socket.SOCK_STREAM):
    """Give a port on which nobody listens."""
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
