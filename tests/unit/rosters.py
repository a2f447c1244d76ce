"""Small rosters, written on the spot: made-up people of one district."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

USERS_11 = (
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
    "email,agentSourcedIds,grades,password"
)
USERS_12 = (
    "sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,email,agentSourcedIds,grades,"
    "password,preferredGivenName,primaryOrgSourcedId"
)
ORGS = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId"
ROLES = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId"
ENROLLMENTS = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate"
DEMOGRAPHICS = "sourcedId,status,dateLastModified,birthDate,sex,asian,white,hispanicOrLatinoEthnicity"

#: Version 1.1, everything in users.csv.
FULL_11: dict[str, list[str]] = {
    "orgs": [ORGS, "d1,,,County District,district,,", "s1,,,North High,school,,d1", "s1m,,,Maths,department,,s1"],
    "users": [
        USERS_11,
        "ana,,,true,s1,student,ana,,Ana,Example,ana@example.org,gus,11,Secret-1!",
        "bo,,,true,s1m,student,bo,,Bo,Example,,,12,Secret-2!",
        "tea,,,true,s1,teacher,tea,,Tea,Example,tea@example.org,,,Secret-3!",
        "cou,,,true,s1,counselor,cou,,Cou,Example,,,,Secret-4!",
        'adm,,,true,"d1,s1",administrator,adm,,Adm,Example,,,,Secret-5!',
        "gus,,,true,s1,guardian,gus,,Gus,Example,,ana,,Secret-6!",
    ],
    "enrollments": [
        ENROLLMENTS,
        "e1,,,c1,s1,ana,student,false,2025-09-01",
        "e2,,,c2,s1,ana,student,false,2026-01-10",
        "e3,,,c1,s1,tea,teacher,true,2025-08-15",
    ],
    "demographics": [DEMOGRAPHICS, "ana,,,2009-05-17,female,true,false,true", "bo,,,2008-01-02,male,false,true,"],
}

#: Version 1.2, roles in a file of their own.
FULL_12: dict[str, list[str]] = {
    "orgs": [ORGS, "s1,active,,North High,school,,", "s2,active,,South High,school,,"],
    "users": [
        USERS_12,
        "ana,active,,true,ana,Ana,Example,,,11,Secret-1!,Anita,s2",
        "bo,active,,true,bo,Bo,Example,,,12,Secret-2!,,",
    ],
    "roles": [
        ROLES,
        "r1,active,,ana,secondary,student,2025-09-01,,s1",
        "r2,active,,ana,secondary,student,2025-10-01,2026-06-20,s2",
        "r3,active,,bo,primary,student,,,s1",
    ],
}


def manifest(version: str, modes: Mapping[str, str]) -> list[str]:
    """The lines of a manifest."""
    said = {"manifest.version": "1.0", "oneroster.version": version}
    return ["propertyName,value", *(f"{name},{value}" for name, value in said.items())] + [
        f"file.{name},{mode}" for name, mode in modes.items()
    ]


def write_roster(
    folder: Path,
    files: Mapping[str, list[str]],
    version: str = "1.1",
    mode: str = "bulk",
    **modes: str,
) -> Path:
    """Write a roster into a folder; every file has one mode unless said."""
    folder.mkdir(parents=True, exist_ok=True)
    said = dict.fromkeys(files, mode) | modes
    for name, lines in {**files, "manifest": manifest(version, said)}.items():
        (folder / f"{name}.csv").write_bytes("\r\n".join([*lines, ""]).encode("utf-8-sig"))
    return folder


def zipped(folder: Path, inside: str = "") -> Path:
    """The same roster as an archive."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, inside + file.name)
    return path
