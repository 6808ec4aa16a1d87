"""Debug information in compiled libraries, blanked: wheels are seldom stripped, and `strip` knows one processor.

Where a section is of no use at run time it has no address; nothing of it is ever loaded. Its bytes become zeros, which
take no room in an archive, and every other byte stays where it was.
"""

from __future__ import annotations

import struct

_MAGIC = b"\x7fELF\x02\x01"  # 64 bits, little end first
_TABLES, _NUMBERS = struct.Struct("<Q"), struct.Struct("<HHH")
_SECTION = struct.Struct("<IIQQQQ")  # name, type, flags, address, offset, size
_LOADED = 2  # the flag SHF_ALLOC
_EMPTY = 8  # the type SHT_NOBITS: takes no room in the file


def undebugged(library: bytes) -> bytes:
    """The library without what only debuggers read; what is no library of this kind, as it is."""
    if not library.startswith(_MAGIC):
        return library
    (table,) = _TABLES.unpack_from(library, 0x28)
    size, number, names_at = _NUMBERS.unpack_from(library, 0x3A)
    sections = [_SECTION.unpack_from(library, table + size * n) for n in range(number)]
    names = sections[names_at][4]
    blanked = bytearray(library)
    for name_at, kind, flags, _, offset, length in sections:
        name = library[names + name_at : library.index(b"\0", names + name_at)]
        useless = name.startswith(b".debug_") or name in {b".symtab", b".strtab"}
        if useless and not flags & _LOADED and kind != _EMPTY:
            blanked[offset : offset + length] = bytes(length)
    return bytes(blanked)
