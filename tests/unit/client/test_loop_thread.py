"""The loop in a thread ends with all work ended and all connections closed."""

import asyncio
import socket
import threading

from newswire.client.loop_thread import LoopThread

BYTES = 50_000_000


async def nothing():
    pass


def test_work_that_is_not_done_is_cancelled_and_cleans_up_before_the_end():
    thread, began, told = LoopThread("test"), threading.Event(), []

    async def work():
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            told.append("cleaned up")

    thread.submit(work())
    assert began.wait(10)
    thread.end(nothing())
    assert told == ["cleaned up"]


def test_what_a_closed_connection_still_has_to_send_arrives():
    thread, ending, received = LoopThread("test"), threading.Event(), []

    def serve():
        connection, _ = server.accept()
        with connection:
            ending.wait(10)
            while data := connection.recv(1_000_000):
                received.append(len(data))

    async def work(port):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(bytes(BYTES))
        writer.close()

    async def last():
        ending.set()

    with socket.create_server(("127.0.0.1", 0)) as server:
        serving = threading.Thread(target=serve)
        serving.start()
        thread.submit(work(server.getsockname()[1])).result(10)
        thread.end(last())
        serving.join(10)
    assert sum(received) == BYTES
