"""What the local cloud keeps between runs, in the folder that DATA names.

    state.json       tables, objects' descriptions, users, codes, outbox, the portal's time: one whole snapshot
    blobs/<sha256>   contents of objects, each written once and never changed
    lock             held while a local cloud runs on the folder

A snapshot is taken while no request is under way, so tables, objects and users fit together. It is written beside
the old one, flushed to the disk, and renamed over it: whenever the process dies, the folder holds one whole snapshot,
at most two seconds old. JSON and not pickles: it opens after an upgrade of moto, and it can be read and repaired.

Not kept: running executions (the sweeper starts new attempts), events on their way (the sweeper finds them), dead
letters, access tokens. Passwords are in it as they are; the folder is for its owner's eyes only.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from moto.cognitoidp.models import CognitoIdpUser, UserStatus
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.s3.models import FakeDeleteMarker, FakeKey, s3_backends

from chalicelib.services import present
from infra.local import codes as cognito_codes
from infra.local.deploy import cognito_backend
from infra.local.environment import ACCOUNT, REGION
from infra.local.outbox import outbox

FORMAT = 1
SECONDS, LONGEST_PAUSE = 0.3, 0.8

Json = dict[str, Any]
Gate = Callable[[], AbstractContextManager[object]]

_OF_A_KEY: tuple[str, ...] = ("encryption", "kms_key_id", "bucket_key_enabled")
_OF_A_KEY += ("lock_mode", "lock_legal_status", "lock_until", "checksum_value", "checksum_type", "checksum_parts")
_OF_A_USER: tuple[str, ...] = ("password", "enabled", "attributes", "preferred_mfa_setting")
_OF_A_USER += ("sms_mfa_enabled", "software_token_mfa_enabled", "token_verified")


class FolderInUse(Exception):
    """Another local cloud runs on this folder."""


class Snapshots:
    """Restores the folder's snapshot and keeps it fresh. `changes` counts the writes that came through the endpoint."""

    def __init__(self, folder: Path, gate: Gate, changes: Callable[[], int]) -> None:
        self.folder = folder
        self._gate = gate
        self._changes = changes
        self._saved: tuple[int, float] | None = None
        self._blobs: dict[tuple[str, str, str, str], str] = {}
        self._stop = Event()
        self._saving = Lock()
        self._thread: Thread | None = None
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        (folder / "blobs").mkdir(exist_ok=True)
        self._lock = (folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise FolderInUse(f"another local cloud runs on {folder}") from error

    # ---- keeping ----

    def start(self) -> None:
        self._thread = Thread(target=self._keep, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take the last snapshot and give the folder free."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5.0)
        self.save()
        self._forget_blobs()
        self._lock.close()

    def abandon(self) -> None:
        """Give the folder free as it was; for a start that failed."""
        self._stop.set()
        self._lock.close()

    def _keep(self) -> None:
        pause = SECONDS
        while not self._stop.wait(pause):
            began = time.monotonic()
            self.save()
            # A large cloud takes longer to write down; it must not be busy with nothing else.
            pause = min(max(SECONDS, 2 * (time.monotonic() - began)), LONGEST_PAUSE)

    def save(self) -> bool:
        """Write a snapshot if anything has changed since the last; whether it was written."""
        with self._saving:
            with self._gate():
                now = (self._changes(), present.shifted_by())
                if now == self._saved:
                    return False
                state, contents = self._collect()
            for digest, content in contents.items():
                _write(self.folder / "blobs" / digest, content)
            _flush(self.folder / "blobs")
            _write(self.folder / "state.json", json.dumps(state, ensure_ascii=False).encode())
            _flush(self.folder)
            self._saved = now
            return True

    def _collect(self) -> tuple[Json, dict[str, bytes]]:
        contents: dict[str, bytes] = {}
        backend = cognito_backend()
        pools = {pool.id: _pool(pool) for pool in backend.user_pools.values()}
        state = {
            "format": FORMAT,
            "shifted_by": present.shifted_by(),
            "tables": {name: _rows(table) for name, table in dynamodb_backends[ACCOUNT][REGION].tables.items()},
            "buckets": self._objects(contents),
            "pools": pools,
            "codes": [[*key, code.digits, code.ends] for key, code in cognito_codes.codes._codes.items()],
            "signed_in": dict(cognito_codes.codes.signed_in),
            "outbox": outbox.dump(),
        }
        return state, contents

    def _objects(self, contents: dict[str, bytes]) -> dict[str, list[Json]]:
        found: dict[str, list[Json]] = {}
        for name, bucket in s3_backends[ACCOUNT]["aws"].buckets.items():
            found[name] = []
            for key, versions in bucket.keys.iterlists():
                for version in versions:
                    shaped = {"key": key, "version": version.version_id, "at": version.last_modified.isoformat()}
                    if isinstance(version, FakeDeleteMarker):
                        found[name].append({**shaped, "deleted": True})
                        continue
                    known = (name, key, version.version_id, version.etag)
                    if known not in self._blobs:
                        content = version.value
                        self._blobs[known] = hashlib.sha256(content).hexdigest()
                        contents[self._blobs[known]] = content
                    shaped |= {field: getattr(version, field) for field in _OF_A_KEY}
                    shaped |= {"blob": self._blobs[known], "metadata": dict(version.metadata)}
                    shaped |= {"etag": version.etag, "algorithm": version.checksum_algorithm}
                    found[name].append(shaped)
        return found

    def _forget_blobs(self) -> None:
        state = self._read()
        wanted = {each.get("blob") for bucket in (state or {}).get("buckets", {}).values() for each in bucket}
        for path in (self.folder / "blobs").iterdir():
            if path.name not in wanted:
                path.unlink()

    # ---- restoring ----

    def _read(self) -> Json | None:
        path = self.folder / "state.json"
        if not path.exists():
            return None
        state: Json = json.loads(path.read_text(encoding="utf-8"))
        if state.get("format") != FORMAT:
            raise ValueError(f"{path} has format {state.get('format')}, this version reads {FORMAT}")
        return state

    def restore(self) -> bool:
        """Fill the deployed, empty cloud with the folder's snapshot; False if the folder is new."""
        state = self._read()
        if state is None:
            return False
        for name, rows in state["tables"].items():
            _fill_table(name, rows)
        for name, objects in state["buckets"].items():
            self._fill_bucket(name, objects)
        for name, pool in state["pools"].items():
            _fill_pool(name, pool)
        for purpose, sub, digits, ends in state["codes"]:
            cognito_codes.codes._codes[purpose, sub] = cognito_codes._Code(digits, ends)
        cognito_codes.codes.signed_in.update(state["signed_in"])
        outbox.load(state["outbox"])
        present.shift(state["shifted_by"])
        return True

    def _fill_bucket(self, name: str, objects: list[Json]) -> None:
        bucket = s3_backends[ACCOUNT]["aws"].buckets.get(name)
        if bucket is None:
            raise ValueError(f"the snapshot has a bucket {name} that the template does not declare")
        for saved in objects:
            before = bucket.keys.getlist(saved["key"], [])
            made: FakeKey | FakeDeleteMarker
            if saved.get("deleted"):
                made = FakeDeleteMarker(before[-1])
                made._version_id = saved["version"]
            else:
                made = self._key(bucket, saved)
            made.last_modified = datetime.fromisoformat(saved["at"])
            bucket.keys.setlist(saved["key"], [*before, made])

    def _key(self, bucket: Any, saved: Json) -> FakeKey:
        made = FakeKey(
            name=saved["key"],
            bucket_name=bucket.name,
            value=(self.folder / "blobs" / saved["blob"]).read_bytes(),
            account_id=ACCOUNT,
            region_name=bucket.region_name,
            etag=saved["etag"].strip('"'),
            is_versioned=bucket.is_versioned,
            version_id=saved["version"],
            **{field: saved[field] for field in _OF_A_KEY},
        )
        made.checksum_algorithm = saved["algorithm"]
        made.set_metadata(saved["metadata"])
        self._blobs[bucket.name, saved["key"], saved["version"], made.etag] = saved["blob"]
        return made


def _rows(table: Any) -> list[Json]:
    return [item.to_json()["Attributes"] for item in table.all_items()]


def _fill_table(name: str, rows: list[Json]) -> None:
    """Without a word to the stream: what it told before is done, or the sweeper finds it."""
    table = dynamodb_backends[ACCOUNT][REGION].tables.get(name)
    if table is None:
        raise ValueError(f"the snapshot has a table {name} that the template does not declare")
    for attributes in rows:
        hash_key, range_key = DynamoType(attributes[table.hash_key_attr]), DynamoType(attributes["sk"])
        table.items[hash_key][range_key] = Item(hash_key, range_key, attributes)


def _pool(pool: Any) -> Json:
    users = []
    for user in pool.users.values():
        shaped = {field: getattr(user, field) for field in _OF_A_USER}
        shaped |= {"id": user.id, "username": user.username, "status": user.status.value}
        shaped |= {"made": user.create_date.isoformat(), "groups": sorted(g.group_name for g in user.groups)}
        users.append(shaped)
    return {"users": users, "refresh_tokens": {token: held for token, held in pool.refresh_tokens.items() if held}}


def _fill_pool(name: str, saved: Json) -> None:
    pool = cognito_backend().user_pools[name]
    for each in saved["users"]:
        user = CognitoIdpUser(name, each["username"], each["password"], UserStatus(each["status"]), each["attributes"])
        user.id = each["id"]
        for field in _OF_A_USER:
            setattr(user, field, each[field])
        user.update_attributes([{"Name": "sub", "Value": user.id}])
        user.create_date = datetime.fromisoformat(each["made"])
        for group in each["groups"]:
            pool.groups[group].users.add(user)
            user.groups.add(pool.groups[group])
        pool.users[user.username] = user
    pool.refresh_tokens.update({token: tuple(held) for token, held in saved["refresh_tokens"].items()})


def _write(path: Path, content: bytes) -> None:
    """All or nothing; the name is safe once its folder is flushed."""
    temporary = path.with_name(path.name + ".new")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
