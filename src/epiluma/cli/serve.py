"""`epiluma serve`: the app, on this machine unless another address is given."""

from pathlib import Path

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for every network.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free one.")
@click.option("--certfile", type=click.Path(path_type=Path), help="Certificate (PEM) to speak TLS with: https.")
@click.option("--keyfile", type=click.Path(path_type=Path), help="Key (PEM) that belongs to the certificate.")
@click.option("--bundle", "where", type=click.Path(path_type=Path), help="Folder or zip of another model.")
def serve(host: str, port: int, certfile: Path | None, keyfile: Path | None, where: Path | None) -> None:
    """Serve the app. Ctrl+C stops it.

    Uploads stay in memory and are gone after the answer. Without --host only this machine can reach it. A camera in
    the page works on this machine, and on others only with --certfile and --keyfile.
    """
    from epiluma.bundle.read import load_bundle
    from epiluma.settings import settings
    from epiluma.web import server, tls

    certificate = tls.read_certificate(certfile, keyfile)
    bundle = load_bundle(where)
    listener = server.listen(host, port)
    address = server.address_of(listener, certificate)
    ready = f"Epiluma reads pictures at {address} with {bundle.id}. Ctrl+C stops it."
    server.serve(bundle, settings(), listener, ready=lambda: click.echo(ready), certificate=certificate)
