"""Run the app: gunicorn, or waitress where gunicorn does not run."""

import errno
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from flask import Flask

from epiluma.bundle.read import Bundle
from epiluma.errors import EpilumaError, Exit
from epiluma.inference.classifier import Classifier
from epiluma.settings import Settings
from epiluma.web.app import create_app
from epiluma.web.errors import DRAINED_BYTES
from epiluma.web.logs import log_to_stderr
from epiluma.web.samples import sample_picture
from epiluma.web.security import signing_key
from epiluma.web.tls import Certificate

THREADS = 4  # a slow upload must not hold up the others; the network itself runs on one
PATIENCE_S = 120


class AddressError(EpilumaError):
    """An address that cannot be listened on."""

    code = "serve.address"
    exit_status = Exit.USAGE


def listen(host: str, port: int) -> socket.socket:
    """Take an address, so that a taken one is known before anything else starts; port 0 takes any free one.

    Raises:
        AddressError: it is taken, not ours, or not an address.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=256)
    except UnicodeError:  # what Python's own look-up makes of a name with a part that is empty or too long
        raise AddressError(f"cannot serve on {host}:{port}: this is no name of a machine. Check --host") from None
    except OSError as error:
        reasons = {
            errno.EADDRINUSE: f"port {port} is taken by another program. Stop that one, or choose another: --port 5001",
            errno.EACCES: f"port {port} needs more rights than you have. Choose one above 1023: --port 5000",
        }
        reason = reasons.get(error.errno or 0, f"this machine has no such address ({error.strerror}). Check --host")
        raise AddressError(f"cannot serve on {host}:{port}: {reason}") from None


def address_of(listener: socket.socket, certificate: Certificate | None = None) -> str:
    """Return the address of the first page, as one types it."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if certificate else 'http'}://{shown}:{port}"


def serve(
    bundle: Bundle,
    settings: Settings,
    listener: socket.socket,
    *,
    ready: Callable[[], None],
    certificate: Certificate | None = None,
) -> None:
    """Serve until stopped.

    Args:
        bundle: verified; its model is loaded in the process that serves, after the fork.
        settings: where keys are kept.
        listener: from `listen`; handed over.
        ready: called once pictures can be read.
        certificate: from `read_certificate`, to speak TLS with; only gunicorn can.

    Raises:
        ConfigError: the key that signs cookies can be neither read nor made.
    """
    signing_key(settings)
    log_to_stderr()

    def make_app() -> Flask:
        classifier = Classifier(bundle)
        classifier.read(sample_picture("even"), file="warm-up")  # the first run of a graph is slower than all others
        return create_app(settings, classifier)

    if sys.platform == "win32":
        _run_waitress(make_app(), listener, ready)
    else:
        _run_gunicorn(make_app, gunicorn_options(listener.detach(), ready, certificate))


def gunicorn_options(
    file_descriptor: int, ready: Callable[[], None], certificate: Certificate | None = None
) -> Mapping[str, Any]:
    """Return the options gunicorn runs with; those that its version does not know are left out later."""
    tls = {"certfile": str(certificate.certfile), "keyfile": str(certificate.keyfile)} if certificate else {}
    return {
        **tls,
        "bind": f"fd://{file_descriptor}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": THREADS,
        "timeout": PATIENCE_S,
        "graceful_timeout": 10,
        "accesslog": None,  # ours says less: no address, no typed path
        "loglevel": "warning",
        "proc_name": "epiluma",
        "control_socket_disable": True,
        "post_worker_init": lambda _worker: ready(),
    }


def _run_gunicorn(make_app: Callable[[], Flask], options: Mapping[str, Any]) -> None:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
        def load_config(self) -> None:
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            try:
                return make_app()
            except EpilumaError as error:  # this is the worker: an exception would be printed with its stack
                sys.stderr.write(f"Error: {error.message}\n({error.code})\n")
                sys.exit(int(error.exit_status))

    Server().run()


def _run_waitress(app: Flask, listener: socket.socket, ready: Callable[[], None]) -> None:
    import waitress

    ready()
    with suppress(KeyboardInterrupt):
        waitress.serve(
            app,
            sockets=[listener],
            threads=THREADS,
            max_request_body_size=DRAINED_BYTES,
            inbuf_overflow=DRAINED_BYTES + 1,  # above it waitress would put an upload into a temporary file
            ident=None,
        )
