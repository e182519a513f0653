"""Plain requests get the answers that Hypercorn alone would give; h11 as a client reads both."""

import asyncio
import socket
import threading
from contextlib import contextmanager

import h11
import pytest
from hypercorn.asyncio import run, serve
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.config import Config

from celestile.cli import plain
from celestile.cli.connections import TileConnection

HOST = b"Host: example.org\r\n"


async def application(scope, receive, send):
    """Answers with what it was asked; some paths have ways of their own."""
    if scope["type"] != "http":
        await send({"type": f"{(await receive())['type']}.complete"})
        await send({"type": f"{(await receive())['type']}.complete"})
        return
    told = repr(
        [
            (key, scope[key])
            for key in ("method", "scheme", "path", "raw_path", "query_string", "root_path")
        ]
        + [sorted(scope["headers"]), await receive()]
    ).encode()
    path = scope["path"]
    headers = [(b"content-length", b"%d" % len(told)), (b"x-asked", b"yes")]
    pieces, status = [told], 200
    if path in {"/chunks", "/unmeasured"}:
        headers = headers[1:]
    if path in {"/pieces", "/chunks"}:
        pieces = [told[:10], b"", told[10:], b""]
    if path == "/nothing":
        headers, pieces, status = [], [b""], 204
    if path == "/unchanged":
        headers, status = [(b"etag", b'"1"')], 304
    if path == "/error":
        raise RuntimeError("on purpose")
    if path == "/injection":
        headers.append((b"x-evil", b"a\r\nset-cookie: b"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for index, piece in enumerate(pieces):
        more = index < len(pieces) - 1
        await send({"type": "http.response.body", "body": piece, "more_body": more})


@contextmanager
def served(connection):
    """Port of a server with connections of a class."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.root_path = "/root"
    config.include_server_header = config.include_date_header = False
    config.errorlog = None
    config.graceful_timeout = 1
    thread = threading.Thread(
        target=loop.run_until_complete,
        args=(serve(application, config, shutdown_trigger=stop.wait, mode="asgi"),),
    )
    before, run.TCPServer = run.TCPServer, connection
    thread.start()
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
        run.TCPServer = before


@pytest.fixture(scope="module")
def ports():
    """Ports of the server to test and of Hypercorn as it is."""
    with served(TileConnection) as ours:
        # The class is looked up with each connection, so both are told apart by their port.
        chosen = run.TCPServer

        class Either(TCPServer):
            def __new__(cls, *arguments):
                own = arguments[-1].get_extra_info("sockname")[1] == ours
                return chosen(*arguments) if own else TCPServer(*arguments)

        with served(Either) as theirs:
            yield ours, theirs


def exchange(port, sent, method=b"GET", count=1):
    """Send pieces of bytes; return the answers as h11 reads them, and whether the end came."""
    answers = []
    with socket.create_connection(("127.0.0.1", port), timeout=10) as stream:
        for piece in sent:
            stream.sendall(piece)
        client = h11.Connection(h11.CLIENT)
        for _ in range(count):
            client.send(h11.Request(method=method, target="/", headers=[("Host", "x")]))
            client.send(h11.EndOfMessage())
            body, head = b"", None
            while True:
                event = client.next_event()
                if event is h11.NEED_DATA:
                    client.receive_data(stream.recv(1 << 16))
                elif isinstance(event, h11.Response):
                    head = event.status_code, sorted(event.headers)
                elif isinstance(event, h11.Data):
                    body += bytes(event.data)
                elif isinstance(event, h11.EndOfMessage):
                    break
                else:
                    answers.append(type(event).__name__)
                    break
            answers.append((head, body))
            if client.our_state is h11.DONE and client.their_state is h11.DONE:
                client.start_next_cycle()
            else:
                break
        return answers, _is_closed(stream)


def _is_closed(stream):
    """Whether a connection answers no more."""
    try:
        stream.sendall(b"GET /still-there HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        return stream.recv(1) == b""
    except ConnectionError:
        return True


@pytest.fixture
def taken(monkeypatch):
    """Collects the plain requests that were answered the short way."""
    found = []
    real = plain._read

    def read(data):
        result = real(data)
        if result is not None:
            found.append(data)
        return result

    monkeypatch.setattr(plain, "_read", read)
    return found


PLAIN = {
    "simple": b"GET /a HTTP/1.1\r\n" + HOST + b"\r\n",
    "query": b"GET /a?b=c&d=%20e HTTP/1.1\r\n" + HOST + b"\r\n",
    "encoded": b"GET /a%2Fb%20c%E2%82%AC;x=1,2 HTTP/1.1\r\n" + HOST + b"\r\n",
    "many headers": b"GET /a HTTP/1.1\r\n" + HOST + b"X-Y:  z \r\nAccept: */*\r\nX-Y: 2\r\n\r\n",
    "keep-alive": b"GET /a HTTP/1.1\r\n" + HOST + b"Connection: Keep-Alive\r\n\r\n",
    "in pieces": b"GET /pieces HTTP/1.1\r\n" + HOST + b"\r\n",
    "in chunks": b"GET /chunks HTTP/1.1\r\n" + HOST + b"\r\n",
    "without a length": b"GET /unmeasured HTTP/1.1\r\n" + HOST + b"\r\n",
    "204": b"GET /nothing HTTP/1.1\r\n" + HOST + b"\r\n",
    "304": b"GET /unchanged HTTP/1.1\r\n" + HOST + b"\r\n",
    "bare line feed": b"GET /a HTTP/1.1\r\nHost: x\nX-Y: z\r\n\r\n",
}
OTHERS = {
    "close": b"GET /a HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
    "HTTP/1.0": b"GET /a HTTP/1.0\r\n" + HOST + b"\r\n",
    "no host": b"GET /a HTTP/1.1\r\nAccept: */*\r\n\r\n",
    "two hosts": b"GET /a HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    "control character": b"GET /a HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n",
    "space before colon": b"GET /a HTTP/1.1\r\n" + HOST + b"X : a\r\n\r\n",
    "space in target": b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n",
    "bytes in target": b"GET /\xff HTTP/1.1\r\n" + HOST + b"\r\n",
    "body": b"GET /a HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n\r\nbody",
    "end within the body": b"GET /a HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n\r\n\r\n\r\n",
    "announced body": b"GET /a HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\n\r\n",
    "chunked body": b"GET /a HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
    "upgrade": b"GET /a HTTP/1.1\r\n" + HOST + b"Connection: upgrade\r\nUpgrade: foo\r\n\r\n",
    "nonsense": b"\x16\x03\x01 hello \r\n\r\n",
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_requests_are_answered_as_by_hypercorn(ports, taken, name):
    answers = [exchange(port, [PLAIN[name]]) for port in ports]
    assert answers[0] == answers[1]
    assert taken == [PLAIN[name]]


@pytest.mark.parametrize("path", [b"/a", b"/pieces", b"/chunks", b"/nothing"])
def test_head_has_no_body(ports, taken, path):
    request = b"HEAD " + path + b" HTTP/1.1\r\n" + HOST + b"\r\n"
    (((status, headers), body),), closed = exchange(ports[0], [request], b"HEAD")
    assert (body, closed) == (b"", False)
    (((theirs, their_headers), _),), _ = exchange(ports[1], [request], b"HEAD")
    framing = {b"transfer-encoding"}
    assert status == theirs
    assert [h for h in headers if h[0] not in framing] == [
        h for h in their_headers if h[0] not in framing
    ]
    assert taken == [request]


@pytest.mark.parametrize("name", OTHERS)
def test_other_requests_are_left_to_hypercorn(ports, taken, name):
    answers = [exchange(port, [OTHERS[name]]) for port in ports]
    assert answers[0] == answers[1]
    assert taken == []


def test_headers_that_end_before_the_last_line_are_left_to_hypercorn(ports, taken):
    request = b"GET /a HTTP/1.1\r\nHost: x\n\nX: y\r\n\r\n"
    answers = [exchange(port, [request], count=2)[0] for port in ports]
    assert answers[0] == answers[1]
    assert [head[0] for head, _ in answers[0]] == [200, 400]
    assert taken == []


def test_post_is_left_to_hypercorn(ports, taken):
    request = b"POST /a HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\n\r\nhi"
    answers = [exchange(port, [request], b"POST") for port in ports]
    assert answers[0] == answers[1]
    assert taken == []


def test_requests_sent_at_once_are_all_answered_in_order(ports, taken):
    requests = [b"GET /%d HTTP/1.1\r\n" % number + HOST + b"\r\n" for number in range(5)]
    answers = [exchange(port, [b"".join(requests)], count=5) for port in ports]
    assert answers[0] == answers[1]
    assert [f"/{n}'".encode() in body for n, (_, body) in enumerate(answers[0][0])] == [True] * 5
    assert taken == []


def test_a_connection_serves_requests_of_both_kinds_in_turn(ports, taken):
    answers = []
    kinds = [PLAIN["simple"], OTHERS["body"], PLAIN["in chunks"], OTHERS["announced body"]]
    for port in ports:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as stream:
            client = h11.Connection(h11.CLIENT)
            for request in kinds * 2:
                stream.sendall(request)
                client.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
                client.send(h11.EndOfMessage())
                while not isinstance(event := client.next_event(), h11.EndOfMessage):
                    if event is h11.NEED_DATA:
                        client.receive_data(stream.recv(1 << 16))
                    else:
                        answers.append((port, event))
                client.start_next_cycle()
    ours = [repr(event) for port, event in answers if port == ports[0]]
    theirs = [repr(event) for port, event in answers if port == ports[1]]
    assert [o.replace("b'OK'", "b''") for o in ours] == theirs
    assert taken == [kinds[0], kinds[2]] * 2


def test_request_that_comes_byte_by_byte_is_answered(ports):
    pieces = [PLAIN["many headers"][i : i + 1] for i in range(len(PLAIN["many headers"]))]
    whole = exchange(ports[0], [PLAIN["many headers"]])
    assert exchange(ports[0], pieces) == whole


def test_application_that_fails_is_500(ports, taken):
    request = b"GET /error HTTP/1.1\r\n" + HOST + b"\r\n"
    (((status, _), _),), _ = exchange(ports[0], [request])
    assert status == 500
    assert taken == [request]


def test_header_with_a_line_break_is_never_sent(ports, taken):
    request = b"GET /injection HTTP/1.1\r\n" + HOST + b"\r\n"
    (((status, headers), _),), _ = exchange(ports[0], [request])
    assert status == 500
    assert b"set-cookie" not in dict(headers)
    assert taken == [request]


def test_headers_are_read_once_by_h11(ports, monkeypatch):
    block = HOST + b"X-Number: 4711\r\n\r\n"
    first = exchange(ports[0], [b"GET /a HTTP/1.1\r\n" + block])
    monkeypatch.setattr(plain.h11, "Connection", None)
    found = plain._read(b"HEAD /b?c HTTP/1.1\r\n" + block)
    assert found == (b"HEAD", b"/b?c", [(b"host", b"example.org"), (b"x-number", b"4711")])
    assert b"4711" in first[0][0][1]
