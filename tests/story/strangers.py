"""Who is not let in, and pages of one's own dossiers."""

from __future__ import annotations

from tests.story.stage import Person, Stage, check


def strangers(stage: Stage, citizen: Person) -> None:
    listed = citizen.call("A5", "lists my dossiers", "GET", "/dossiers?limit=2")
    rest = citizen.call("A5", "turns the page", "GET", f"/dossiers?limit=2&cursor={listed['cursor']}")
    codes = [d["code"] for d in (*listed["items"], *rest["items"])]
    check(len(set(codes)) == 3, "three dossiers on two pages", codes)
    nobody = Person(stage, "nobody")
    nobody.call("B3", "asks without a token", "GET", "/dossiers", status=401)
    forged = Person(stage, "forger", token=citizen.token[:-8] + "AAAAAAAA")
    forged.call("B3", "asks with a forged token", "GET", "/dossiers", status=401)
