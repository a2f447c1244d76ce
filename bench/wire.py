"""A client that costs little: what it spends is taken from the service that is measured on the same machine."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass

#: Requests of one connection, as of somebody who looks at a few pages: then whoever is less busy takes the next one.
EACH = 20
#: Seconds after which a connection that rested is not used again: the server may be closing it at that moment.
REST = 3.0


class Broken(Exception):
    """The connection ended before the answer did."""


@dataclass
class Connection:
    """One connection, and how much it has served."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    served: int = 0
    rested_since: float = 0.0


class Wire:
    """HTTP/1.1 to one address on loopback, with bodies as they come (compressed ones stay so)."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.head = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        self._free: deque[Connection] = deque()

    async def get(self, path: str, *, packed: bool = True, fresh: bool = False) -> tuple[int, bytes]:
        """Status and body. packed: asks for gzip, as browsers do; fresh: over a new connection."""
        return await self._ask(
            f"GET {path} HTTP/1.1\r\n{'Accept-Encoding: gzip' if packed else 'Accept: */*'}\r\n", b"", fresh
        )

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of a JSON text that is sent."""
        head = f"POST {path} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return await self._ask(head, body, fresh=False)

    async def _ask(self, head: str, body: bytes, fresh: bool) -> tuple[int, bytes]:
        one = await self._connection(fresh)
        try:
            one.writer.write(f"{head}{self.head}\r\n".encode() + body)
            answer = await self._answer(one.reader)
        except (OSError, asyncio.IncompleteReadError) as error:
            one.writer.close()
            raise Broken(type(error).__name__) from None
        one.served += 1
        if one.served < EACH and not fresh:
            one.rested_since = time.perf_counter()
            self._free.append(one)
        else:
            one.writer.close()
        return answer

    async def _connection(self, fresh: bool) -> Connection:
        while self._free and not fresh:
            one = self._free.pop()
            if time.perf_counter() - one.rested_since < REST:
                return one
            one.writer.close()
        try:
            return Connection(*await asyncio.open_connection("127.0.0.1", self.port, limit=2**20))
        except OSError as error:
            raise Broken(type(error).__name__) from None

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[int, bytes]:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head[9:12])
        _, named, rest = head.partition(b"content-length:")
        if named:
            return status, await reader.readexactly(int(rest.split(b"\r\n", 1)[0]))
        pieces = []
        while size := int(await reader.readuntil(b"\r\n"), 16):
            pieces.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readexactly(2)
        return status, b"".join(pieces)

    def close(self) -> None:
        """End the connections that rest."""
        for one in self._free:
            one.writer.close()
        self._free.clear()
